export type { Clock } from "../clock.js";
export type { ApnsVoipEvent, OnEvent } from "../events.js";
export { type CallFromOffer, callFromOffer, type Offer } from "./call-from-offer.js";
export type { Answer, Calls, Candidate, End } from "./calls/calls.js";
export { createCalls } from "./calls/create-calls.js";
export { memoryCallStore } from "./calls/memory-call-store.js";
export type { CallsOptions } from "./calls/options.js";
export type { Phone } from "./calls/phone.js";
export type { CallPush, CallPushResult } from "./calls/pusher.js";
export type { CallEnded, CallSignal, EndReason, PassedOn } from "./calls/signals.js";
export type { CallName, CallPut, CallStore, CallsChange, CallsRead, StoredCall } from "./calls/store.js";
export type { UserId } from "./calls/user-id.js";
export { type ConsoleLoggerOptions, consoleLogger } from "./console-logger.js";
export {
  createPushApiClient,
  type PushApiCall,
  type PushApiCallOptions,
  type PushApiClient,
  type PushApiMessage,
  type PushApiResult,
  type PushApiSendOptions,
} from "./push-api-client.js";
export type { PushApiClientOptions, PushApiFetch } from "./push-api-options.js";
export { sdpHasVideo } from "./sdp.js";
