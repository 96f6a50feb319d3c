import type { Clock } from "../../clock.js";
import { isApnsVoipError } from "../../errors.js";
import type { CallFromOffer } from "../call-from-offer.js";
import type { PushStatus } from "./call.js";
import type { CallName, CallStore } from "./store.js";

/** What rings a user's phones: a `PushApiClient`, or a `PushService` in the same process. */
export interface CallPush {
  sendCall(
    call: CallFromOffer,
    options: {
      readonly idempotencyKey: string;
      readonly exceptDeviceIds?: readonly string[] | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<CallPushResult>;
}

/** What became of a push, as either of the two tells it. */
export interface CallPushResult {
  readonly status: "accepted" | "duplicate" | "no-devices" | "unknown" | "failed" | "cancelled";
  readonly message?: string | undefined;
  /** From a push service: the result on each device. */
  readonly devices?: readonly { readonly result: object }[] | undefined;
}

export interface PushOutcome {
  readonly status: PushStatus;
  readonly message?: string;
}

/** A push that this process sends. */
export interface Sending {
  readonly key: string;
  readonly call: CallName;
  readonly store: CallStore;
}

interface UnderWay extends Sending {
  readonly controller: AbortController;
  stopRenewing: () => void;
}

const STATUSES: ReadonlySet<string> = new Set([
  "accepted",
  "duplicate",
  "no-devices",
  "unknown",
  "failed",
  "cancelled",
]);

/** Sends the pushes of calls, and cancels them. `renew` is called again and again while one is under way. */
export function createPusher(
  push: CallPush,
  clock: Clock,
  renewal: { readonly every: number; readonly renew: (sending: Sending) => void } | undefined,
) {
  const underWay = new Map<string, UnderWay>();
  const keysOf = new Map<string, Set<string>>();

  function add(sending: UnderWay): void {
    const { key, call } = sending;
    underWay.set(key, sending);
    keysOf.set(call.id, (keysOf.get(call.id) ?? new Set()).add(key));
  }

  function remove({ key, call, stopRenewing }: UnderWay): void {
    stopRenewing();
    underWay.delete(key);
    const keys = keysOf.get(call.id);
    keys?.delete(key);
    if (keys?.size === 0) keysOf.delete(call.id);
  }

  function keepRenewing(sending: UnderWay): void {
    if (renewal === undefined) return;
    const again = () => {
      renewal.renew(sending);
      arm();
    };
    const arm = () => {
      sending.stopRenewing = clock.setTimeout(again, renewal.every, { background: true });
    };
    arm();
  }

  return {
    isSending: (key: string) => underWay.has(key),
    /** How many pushes of a call are under way. */
    pushesOf: (callId: string) => keysOf.get(callId)?.size ?? 0,

    /** Resolves with what became of it; never rejects. */
    async send(
      { key, call, store }: Sending,
      request: CallFromOffer,
      exceptDeviceIds: readonly string[] | undefined,
    ): Promise<PushOutcome> {
      const controller = new AbortController();
      const sending: UnderWay = { key, call, store, controller, stopRenewing: () => {} };
      add(sending);
      keepRenewing(sending);
      const { signal } = controller;
      try {
        const except = exceptDeviceIds && { exceptDeviceIds };
        return outcomeOf(await push.sendCall(request, { idempotencyKey: key, ...except, signal }));
      } catch (error) {
        // We aborted it, because nobody waits for it any more. It may have left before that.
        if (signal.aborted) return { status: "unknown" };
        return { status: "failed", message: wordFor(error) };
      } finally {
        remove(sending);
      }
    },

    /** Cancels the pushes of a call, but for the one with the key `except`. */
    cancel(callId: string, except?: string): void {
      for (const key of [...(keysOf.get(callId) ?? [])]) {
        const sending = underWay.get(key);
        if (sending === undefined || key === except) continue;
        remove(sending);
        sending.controller.abort(new Error("the call does not ring any more"));
      }
    },

    get underWay(): readonly Sending[] {
      return [...underWay.values()];
    },

    close(): void {
      for (const sending of [...underWay.values()]) {
        remove(sending);
        sending.controller.abort(new Error("closed"));
      }
    },
  };
}

function outcomeOf(result: CallPushResult): PushOutcome {
  const { status, message } = result;
  const said = typeof message === "string" ? message : reasonsOf(result.devices);
  return { status: STATUSES.has(status) ? status : "unknown", ...(said !== undefined && { message: said }) };
}

/**
 * What the caller's phone is told of an error that was thrown. Of ours only the code: behind it may stand what a database
 * said, with host names or queries in it.
 */
function wordFor(error: unknown): string {
  if (isApnsVoipError(error)) return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** Apple's reasons, or the library's error codes, each once. */
function reasonsOf(devices: CallPushResult["devices"]): string | undefined {
  if (!Array.isArray(devices) || devices.length === 0) return undefined;
  const reasons = devices.flatMap(
    ({ result }: { readonly result: Result }) => result?.reason ?? result?.error?.code ?? [],
  );
  return reasons.length === 0 ? undefined : [...new Set(reasons)].join(", ");
}

interface Result {
  readonly reason?: string;
  readonly error?: { readonly code?: string };
}
