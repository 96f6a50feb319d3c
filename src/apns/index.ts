/** The client alone, for a program that sends and ends soon: it loads neither zod nor jose. `apns-voip` has all of it too. */
export type { Clock } from "../clock.js";
export type { Environment } from "../environment.js";
export { ApnsVoipError, type ApnsVoipErrorCode, type ApnsVoipIssue, isApnsVoipError } from "../errors.js";
export type { ApnsVoipEvent, OnEvent } from "../events.js";
export type { ApnsClient, ApnsClientStats } from "./client.js";
export { combineApnsClients } from "./combine-clients.js";
export { createApnsClient } from "./create-client.js";
export type { ApnsClientOptions, ApnsFetch, ApnsKeyOptions, ApnsTransport } from "./options.js";
export { apnsOptionsFromEnv } from "./options-from-env.js";
export type { ApnsPush, ApnsResult, ApnsSendOptions } from "./push.js";
export type { PushType } from "./push-types.js";
export type { ApnsReason, Disposition, KnownReason } from "./reasons.js";
export type { SentPush } from "./send-all.js";
