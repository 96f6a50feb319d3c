import type { ApnsClient } from "../apns/client.js";
import type { Clock } from "../clock.js";
import type { DeviceStore } from "../devices/device.js";
import type { IdempotencyStore } from "../devices/idempotency-store.js";
import type { OnEvent } from "../events.js";
import {
  aClock,
  aFunction,
  checkOptions,
  has,
  needsThing,
  type OptionChecks,
  oneOf,
  range,
  wantsThing,
} from "../internal/options.js";
import type { CallPayloadSchema } from "../payload/call-payload.js";
import type { callPayloadSchema } from "../payload/schema.js";
import type { CallRequest } from "./call.js";
import type { Fallback } from "./fallback.js";
import type { Receipts } from "./receipts/create-receipts.js";
import type { RemoveDevices } from "./removal.js";

/** Everything `createPushService` takes. */
export interface PushServiceOptions<Schema extends CallPayloadSchema = typeof callPayloadSchema> {
  readonly apns: ApnsClient;
  readonly devices: DeviceStore;
  /** Default: `memoryIdempotencyStore()`, right for one process. */
  readonly idempotency?: IdempotencyStore | undefined;
  /** Milliseconds: the deadline of everything that a call or message sets off. Default: 30000. Bounds: 1 to 3600000. */
  readonly ringTimeout?: number | undefined;
  /**
   * Milliseconds for which Apple may keep trying to deliver a call. Default: 0, one try, as Apple recommends for calls.
   * A value lets a phone that is out of reach for a moment still ring. Bounds: 0 to 86400000.
   *
   * @see https://developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit
   */
  readonly callExpiration?: number | undefined;
  /**
   * What to do when a call push may or may not have reached Apple. Default: `"resend"` it once, since the app ignores a
   * call id it is already handling, and a missed call is worse than a second push. Messages are never resent.
   */
  readonly onUnknown?: "report" | "resend" | undefined;
  /** Default: devices that Apple says are gone are removed. */
  readonly removeDevices?: RemoveDevices | undefined;
  /** Makes the payload of a call. Default: `callPayloadSchema`. */
  readonly payload?: Schema | undefined;
  /** Phones report that a call push has reached them; made with `createReceipts`. Default: none do. */
  readonly receipts?: Receipts | undefined;
  /**
   * Which alert a phone gets that stays silent (with `receipts`), or has no VoIP token: a notification, where nothing rings. It
   * expires when the ring ends, has the call as its collapse id, and is time-sensitive, unless it says otherwise; once for each
   * alert token and call. Default: none.
   */
  readonly fallback?: Fallback<CallRequest<Schema>> | undefined;
  /** Default: the client's. */
  readonly onEvent?: OnEvent | undefined;
  /** Default: the client's. */
  readonly clock?: Clock | undefined;
}

const CHECKS: OptionChecks<PushServiceOptions> = {
  apns: needsThing("a client made with createApnsClient", has("send")),
  devices: needsThing(
    "a DeviceStore, for example memoryDeviceStore()",
    has("save", "list", "remove", "setEnvironment"),
  ),
  idempotency: wantsThing("an IdempotencyStore", has("claim", "release")),
  ringTimeout: range("milliseconds", 1, 3_600_000),
  callExpiration: range("milliseconds", 0, 86_400_000),
  onUnknown: oneOf("report", "resend"),
  removeDevices: wantsThing("false, or a function (device, result) => boolean", isRule),
  payload: wantsThing("a zod schema, for example callPayloadSchema", has("safeParseAsync")),
  receipts: wantsThing("receipts made with createReceipts", has("sign", "verify")),
  fallback: aFunction,
  onEvent: aFunction,
  clock: aClock,
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming all that is wrong. */
export function checkPushServiceOptions(options: unknown): void {
  checkOptions("createPushService", options, CHECKS);
}

function isRule(given: unknown): boolean {
  return given === false || typeof given === "function";
}
