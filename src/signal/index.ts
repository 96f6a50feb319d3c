export type { Clock } from "../clock.js";
export type { ApnsVoipEvent, OnEvent } from "../events.js";
export { type CallFromOffer, callFromOffer, type Offer } from "./call-from-offer.js";
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
export {
  createWaitingOffers,
  type IceCandidate,
  type WaitingOffers,
  type WaitingOffersOptions,
  type WaitingSignal,
} from "./waiting-offers.js";
