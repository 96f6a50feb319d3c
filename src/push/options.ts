import type { ApnsClient } from "../apns/client.js";
import type { Clock } from "../clock.js";
import type { DeviceStore } from "../devices/device.js";
import type { IdempotencyStore } from "../devices/idempotency-store.js";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import type { OnEvent } from "../events.js";
import { describe } from "../internal/describe.js";
import type { CallPayloadSchema } from "../payload/call-payload.js";
import type { callPayloadSchema } from "../payload/schema.js";
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
  /** Default: the client's. */
  readonly onEvent?: OnEvent | undefined;
  /** Default: the client's. */
  readonly clock?: Clock | undefined;
}

interface Rule {
  readonly required?: true;
  readonly wanted: string;
  readonly accepts: (given: never) => boolean;
}

const RULES: Readonly<Record<keyof PushServiceOptions, Rule>> = {
  apns: { required: true, wanted: "a client made with createApnsClient", accepts: has("send") },
  devices: {
    required: true,
    wanted: "a DeviceStore, for example memoryDeviceStore()",
    accepts: has("save", "list", "remove", "setEnvironment"),
  },
  idempotency: { wanted: "an IdempotencyStore", accepts: has("claim", "release") },
  ringTimeout: { wanted: "milliseconds, 1 to 3600000", accepts: within(1, 3_600_000) },
  callExpiration: { wanted: "milliseconds, 0 to 86400000", accepts: within(0, 86_400_000) },
  onUnknown: { wanted: '"report" or "resend"', accepts: given => ["report", "resend"].includes(given) },
  removeDevices: {
    wanted: "false, or a function (device, result) => boolean",
    accepts: given => given === false || typeof given === "function",
  },
  payload: { wanted: "a zod schema, for example callPayloadSchema", accepts: has("safeParseAsync") },
  onEvent: { wanted: "a function", accepts: given => typeof given === "function" },
  clock: { wanted: "a Clock", accepts: has("now", "setTimeout") },
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming all that is wrong. */
export function checkOptions(options: object): void {
  const given = (options ?? {}) as Record<string, unknown>;
  const issues = Object.entries(RULES).flatMap(([path, { required, wanted, accepts }]): ApnsVoipIssue[] => {
    const value = given[path];
    if (value === undefined ? !required : accepts(value as never)) return [];
    const what = value === undefined ? "is missing: it" : "";
    return [
      { path, message: `${path} ${what} must be ${wanted}${value === undefined ? "" : `, not ${describe(value)}`}` },
    ];
  });
  if (issues.length === 0) return;
  const list = issues.map(({ message }) => message).join("; ");
  throw new ApnsVoipError("INVALID_OPTIONS", `createPushService: ${list}`, { issues });
}

function has(...methods: readonly string[]): (given: Record<string, unknown>) => boolean {
  return given =>
    typeof given === "object" && given !== null && methods.every(name => typeof given[name] === "function");
}

function within(least: number, most: number): (given: number) => boolean {
  return given => typeof given === "number" && given >= least && given <= most;
}
