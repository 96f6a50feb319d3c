import type { Clock } from "../../clock.js";
import type { OnEvent } from "../../events.js";
import {
  aClock,
  aFunction,
  checkOptions,
  has,
  isFunction,
  needsThing,
  type OptionChecks,
  range,
  wantsThing,
  whole,
} from "../../internal/options.js";
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
   * adapter. When it throws or takes longer than a second, nobody counts as connected for an offer, and it is asked again later;
   * for all else a phone counts as connected until `gone`.
   */
  readonly online: Online;
  /**
   * Sends what no method can return: what a time-out, the outcome of a push or a server's end brings about. Called in
   * one process for each signal. What it throws changes nothing.
   */
  readonly emit: (signals: readonly CallSignal[]) => void | Promise<void>;
  /** Where calls are kept. Default: `memoryCallStore()`, for one signal server. */
  readonly store?: CallStore | undefined;
  /**
   * Milliseconds that a call rings, and that its end is owed to phones that come later. Default: 30000. Bounds: 1 to
   * 3600000.
   */
  readonly ringTimeout?: number | undefined;
  /**
   * Milliseconds after which it is told that nobody has woken although Apple accepted the push. Default: 8000. Bounds: 1 to
   * 3600000.
   */
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

const CHECKS: OptionChecks<CallsOptions> = {
  push: needsThing("a PushApiClient or a PushService", has("sendCall")),
  online: needsThing("a function that gives the connected phones of a user", isFunction),
  emit: needsThing("a function that sends signals to phones", isFunction),
  store: wantsThing("a call store", has("read", "write", "due")),
  ringTimeout: range("milliseconds", 1, 3_600_000),
  quietAfter: range("milliseconds", 1, 3_600_000),
  maxCalls: whole(1, Number.MAX_SAFE_INTEGER),
  onMissed: aFunction,
  onEvent: aFunction,
  clock: aClock,
};

/** Says everything that is wrong with the options at once. */
export function checkCallsOptions(options: CallsOptions): void {
  checkOptions("createCalls", options, CHECKS);
}
