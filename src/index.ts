export type { Clock } from "./clock.js";
export type { Environment } from "./environment.js";
export { ApnsVoipError, type ApnsVoipErrorCode, type ApnsVoipIssue, isApnsVoipError } from "./errors.js";
export type { ApnsVoipEvent, OnEvent } from "./events.js";
