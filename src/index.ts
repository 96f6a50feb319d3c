export type { ApnsClient, ApnsClientStats } from "./apns/client.js";
export { combineApnsClients } from "./apns/combine-clients.js";
export { createApnsClient } from "./apns/create-client.js";
export type { ApnsClientOptions, ApnsFetch, ApnsKeyOptions, ApnsTransport } from "./apns/options.js";
export { apnsOptionsFromEnv } from "./apns/options-from-env.js";
export type { ApnsPush, ApnsResult, ApnsSendOptions } from "./apns/push.js";
export type { PushType } from "./apns/push-types.js";
export type { ApnsReason, Disposition, KnownReason } from "./apns/reasons.js";
export type { SentPush } from "./apns/send-all.js";
export type { Clock } from "./clock.js";
export { type ConsoleLoggerOptions, consoleLogger } from "./console-logger.js";
export type { Device, DevicePushType, DeviceStore } from "./devices/device.js";
export type { IdempotencyStore } from "./devices/idempotency-store.js";
export { memoryDeviceStore } from "./devices/memory-device-store.js";
export { type MemoryIdempotencyStoreOptions, memoryIdempotencyStore } from "./devices/memory-idempotency-store.js";
export { type MemoryReceiptStoreOptions, memoryReceiptStore } from "./devices/memory-receipt-store.js";
export type {
  AcceptedPush,
  HeardReceipt,
  ReceiptEvent,
  ReceiptPlace,
  ReceiptStore,
  SilentPush,
  StoredReceipt,
  TakenReceipt,
} from "./devices/receipt-store.js";
export type { Environment } from "./environment.js";
export { ApnsVoipError, type ApnsVoipErrorCode, type ApnsVoipIssue, isApnsVoipError } from "./errors.js";
export type { ApnsVoipEvent, OnEvent } from "./events.js";
export {
  type ExplainReasonOptions,
  type Explanation,
  explainReason,
  type Language,
  type Sureness,
} from "./explain/explain-reason.js";
export type { Authenticate, AuthenticateByHeader, Authentication } from "./http/authenticate.js";
export { type BearerAuthOptions, bearerAuth } from "./http/bearer-auth.js";
export { createPushRoutes, type PushRoutes, type PushRoutesOptions, type Route } from "./http/routes.js";
export type { RoutePathOptions, RoutePaths } from "./internal/route-paths.js";
export type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./payload/call-payload.js";
export { droppable } from "./payload/droppable.js";
export { type ParsedCallPayload, parseCallPayload } from "./payload/parse.js";
export { presets } from "./payload/presets.js";
export { callPayloadSchema, callPayloadSchemaWith } from "./payload/schema.js";
export type { CallRequest } from "./push/call.js";
export type { Fallback, FallbackMessage, FallbackReason } from "./push/fallback.js";
export type { InterruptionLevel, MessageRequest } from "./push/message.js";
export type { PushServiceOptions } from "./push/options.js";
export { type CallOptions, createPushService, type PushService, type SendOptions } from "./push/push-service.js";
export { createReceipts, type Receipts, type ReceiptsOptions } from "./push/receipts/create-receipts.js";
export type { ReceiptReport, ReceivedReceipt } from "./push/receipts/receipt-desk.js";
export type { DeviceRegistration, DeviceTokens } from "./push/registration.js";
export type { RemoveDevices } from "./push/removal.js";
export type { DeviceReport, PushReport, PushStatus } from "./push/report.js";
export type { UserId } from "./user-id.js";
