import type { Clock } from "../../clock.js";
import { ApnsVoipError } from "../../errors.js";
import type { OnEvent } from "../../events.js";
import { describe } from "../../internal/describe.js";
import type { CallFromOffer } from "../call-from-offer.js";
import type { CallPush } from "./pusher.js";
import type { Online } from "./roster.js";
import type { CallSignal } from "./signals.js";
import type { CallStore } from "./store.js";

export interface CallsOptions {
  /** What rings phones that are not connected: a `PushApiClient`, or a `PushService` in the same process. */
  readonly push: CallPush;
  /**
   * The phones of a user that are connected now, on any server: the sockets in the user's room, or `fetchSockets()` across an
   * adapter. When it throws or takes longer than a second, nobody counts as connected for an offer; for all else a phone
   * counts as connected until `gone`.
   */
  readonly online: Online;
  /**
   * Sends what no method's caller can return: what a time-out, the outcome of a push or a server's end brings about. Called in
   * one process for each signal. What it throws changes nothing.
   */
  readonly emit: (signals: readonly CallSignal[]) => void | Promise<void>;
  /** Where calls are kept. Default: `memoryCallStore()`, for one signal server. */
  readonly store?: CallStore | undefined;
  /** Milliseconds that a call rings, and that its end is owed to phones that come later. Default: 30000. */
  readonly ringTimeout?: number | undefined;
  /** Milliseconds after which it is told that nobody has woken although Apple accepted the push. Default: 8000. */
  readonly quietAfter?: number | undefined;
  /** Calls that this process knows at most; then the oldest that rings goes. Default: 50000. */
  readonly maxCalls?: number | undefined;
  /** Nobody answered, or the caller hung up before anybody did: once for the call, in one process. */
  readonly onMissed?: ((call: CallFromOffer, why: "no-answer" | "cancelled") => void | Promise<void>) | undefined;
  /** Default: that of `push`, if it has one. */
  readonly onEvent?: OnEvent | undefined;
  /** Time, for tests. Default: that of `push`, if it has one. */
  readonly clock?: Clock | undefined;
}

const NAMES: readonly (keyof CallsOptions)[] = [
  "push",
  "online",
  "emit",
  "store",
  "ringTimeout",
  "quietAfter",
  "maxCalls",
  "onMissed",
  "onEvent",
  "clock",
];

/** Says everything that is wrong with the options at once. */
export function checkCallsOptions(options: CallsOptions): void {
  const given: Partial<Record<string, unknown>> = typeof options === "object" && options !== null ? { ...options } : {};
  const has = (value: unknown, ...methods: string[]) =>
    typeof value === "object" && value !== null && methods.every(name => typeof (value as never)[name] === "function");
  const wrong: (readonly [path: string, wanted: string | undefined])[] = [
    ["push", has(given.push, "sendCall") ? undefined : "a PushApiClient or a PushService"],
    ["online", typeof given.online === "function" ? undefined : "a function that gives the connected phones of a user"],
    ["emit", typeof given.emit === "function" ? undefined : "a function that sends signals to phones"],
    ["store", given.store === undefined || has(given.store, "read", "write", "due") ? undefined : "a call store"],
    ...(["ringTimeout", "quietAfter"] as const).map(
      name => [name, isAbsentOr(given[name], ms => ms > 0, "milliseconds above 0")] as const,
    ),
    ["maxCalls", isAbsentOr(given.maxCalls, count => Number.isInteger(count) && count > 0, "a whole number above 0")],
    ...(["onMissed", "onEvent"] as const).map(
      name =>
        [name, given[name] === undefined || typeof given[name] === "function" ? undefined : "a function"] as const,
    ),
    ...Object.keys(given)
      .filter(name => given[name] !== undefined && !(NAMES as readonly string[]).includes(name))
      .map(name => [name, `left out: there is no such option, only ${NAMES.join(", ")}`] as const),
  ];
  const issues = wrong.flatMap(([path, wanted]) =>
    wanted === undefined ? [] : [{ path, message: `${path} must be ${wanted}, not ${describe(given[path])}` }],
  );
  if (issues.length === 0) return;
  const text = issues.map(({ message }) => message).join("; ");
  throw new ApnsVoipError("INVALID_OPTIONS", `createCalls: ${text}`, { issues });
}

function isAbsentOr(value: unknown, test: (number: number) => boolean, wanted: string): string | undefined {
  return value === undefined || (typeof value === "number" && Number.isFinite(value) && test(value))
    ? undefined
    : wanted;
}
