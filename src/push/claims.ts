import { type Clock, monotonicNow } from "../clock.js";
import type { IdempotencyStore } from "../devices/idempotency-store.js";
import { memoryIdempotencyStore } from "../devices/memory-idempotency-store.js";
import { isApnsVoipError } from "../errors.js";
import { pause, waitFor } from "../internal/wait.js";
import type { Cancellations } from "./cancellations.js";
import type { StoreGuard } from "./guarded-store.js";
import type { PushReport, PushStatus } from "./report.js";

export interface Claim {
  /** Absent: the work is done in any case. */
  readonly key: string | undefined;
  /** Whether the work is done again when the process that had the key died, and nobody can tell whether it was done. */
  readonly onUnknown: "report" | "resend";
  readonly signal: AbortSignal | undefined;
  /** Aborted when nobody wants the work any more; absent for work that cannot be cancelled. */
  readonly cancel: AbortSignal | undefined;
}

export interface Claims {
  /** Runs work once per idempotency key; a repeat within the ring timeout is a `duplicate`, of a cancelled key `cancelled`. */
  once(claim: Claim, work: () => Promise<PushReport>): Promise<PushReport>;
  /** Cancels a key, in whichever process has it. True if something waited and nothing of it had left. */
  cancel(key: string): Promise<boolean>;
}

export interface ClaimsOptions {
  readonly store: IdempotencyStore;
  readonly guard: StoreGuard;
  /** Milliseconds for which a key is remembered. */
  readonly ringTimeout: number;
  readonly clock: Clock;
  readonly cancellations: Cancellations;
}

/**
 * Milliseconds that a ring waits for the store, which only guards against doubles. After that the push goes on without it,
 * since a missed call is worse than a second push.
 */
const PATIENCE = 2_000;

/**
 * Milliseconds for which a process claims a key while its push is under way. It renews the claim in time. When it dies,
 * the key is soon free, and a retry rings the phone that it left silent.
 */
const LEASE = 1_000;

/** Milliseconds for which a cancel waits for the process that has the key to say what became of it. */
const WORD = 1_000;

/** Milliseconds between two looks for what that process has said. */
const LOOK = 100;

/** Statuses of a push of which nothing has left. */
const FREE: ReadonlySet<PushStatus> = new Set(["failed", "no-devices", "cancelled"]);

export const CANCELLED: PushReport = { status: "cancelled", devices: [] };
const DUPLICATE: PushReport = { status: "duplicate", devices: [] };

export function createClaims(options: ClaimsOptions): Claims {
  const { guard, ringTimeout, clock, cancellations } = options;
  const store = cancellable(options.store, clock);
  const patience = Math.min(PATIENCE, ringTimeout / 3);
  const lease = Math.min(LEASE, ringTimeout);

  return {
    once: (claim, work) => (claim.key === undefined ? work() : once(claim.key, claim, work)),

    async cancel(key) {
      const end = monotonicNow(clock) + WORD;
      const mark = () => guard("cancel", patience, () => store.cancel(key, ringTimeout));
      // The key is cancelled in the store first, so that a call that is about to claim it finds that.
      let word = mark();
      const here = cancellations.cancel(key);
      if (here !== undefined) {
        const waited = await waitFor(here, { clock, milliseconds: WORD });
        if (waited.gaveUp === undefined && waited.value) return true;
      }
      for (;;) {
        const { value } = await word;
        if (value !== "held") return value === true;
        if (monotonicNow(clock) >= end) return false;
        await pause(clock, LOOK);
        word = mark();
      }
    },
  };

  async function once(key: string, claim: Claim, work: () => Promise<PushReport>): Promise<PushReport> {
    const { onUnknown, signal, cancel } = claim;
    const mayOutlive = store.hold !== undefined && onUnknown === "resend" && store.endsWithProcess !== true;
    const ttlMs = mayOutlive ? lease : ringTimeout;
    const ask = () => guard("claim", patience, () => store.claim(key, ttlMs));
    const hold = (ttlMs: number, isOut: boolean) =>
      guard("claim", patience, async () => store.hold?.(key, ttlMs, isOut));
    const release = () => guard("release", patience, () => store.release(key));

    let claimed = await ask();
    if (mayOutlive && claimed.value === false) {
      await pause(clock, lease * 1.1, signal, cancel);
      claimed = await ask();
    }
    if (claimed.value === false) return DUPLICATE;
    if (signal?.aborted) {
      if (claimed.value !== "cancelled") await release();
      throw signal.reason;
    }
    if (claimed.value === "cancelled") {
      // Others may share the work under other keys, so it ends only if this was the last.
      cancellations.cancel(key);
      return cancel === undefined || cancel.aborted ? CANCELLED : work();
    }
    if (cancel?.aborted) {
      await release();
      return CANCELLED;
    }

    // A store that did not answer the claim is not asked to hold the key.
    const isHeld = claimed.error === undefined && (mayOutlive || (store.hold !== undefined && cancel !== undefined));
    const renew = async () => {
      if ((await hold(ttlMs, false)).value === false) cancellations.cancel(key);
    };
    const endLease = isHeld ? renewEach(clock, lease / 3, renew) : async () => {};
    /** `isFree`: nothing has left, and a retry can ring. */
    const settle = async (isFree: boolean) => {
      await endLease();
      if (isFree) await release();
      else if (isHeld) await hold(ringTimeout, true);
    };
    try {
      const report = await work();
      await settle(FREE.has(report.status));
      return report;
    } catch (error) {
      // An error of this library means that nothing left. Any other is an abort by your code, and something may have
      // left.
      await settle(isApnsVoipError(error));
      throw error;
    }
  }
}

/** A store that cannot cancel gets the marks kept here: a call is then cancelled by the process that has it, and no other. */
function cancellable(
  store: IdempotencyStore,
  clock: Clock,
): IdempotencyStore & Required<Pick<IdempotencyStore, "cancel">> {
  const { cancel, hold } = store;
  if (cancel !== undefined) return store as never;
  const marks = memoryIdempotencyStore({ clock });
  return {
    claim: async (key, ttlMs) =>
      (await marks.claim(key, ttlMs)) === "cancelled" ? "cancelled" : store.claim(key, ttlMs),
    async release(key) {
      await marks.release(key);
      await store.release(key);
    },
    ...(hold !== undefined && {
      hold: (key: string, ttlMs: number, isOut?: boolean) => store.hold!(key, ttlMs, isOut),
    }),
    cancel: (key, ttlMs) => marks.cancel!(key, ttlMs),
  };
}

/** Renews again and again; the returned function ends it, and waits for the renewal that is under way. */
function renewEach(clock: Clock, milliseconds: number, renew: () => Promise<unknown>): () => Promise<void> {
  let renewal: Promise<unknown> | undefined;
  let cancel = arm();

  function arm(): () => void {
    return clock.setTimeout(() => {
      renewal = renew();
      cancel = arm();
    }, milliseconds);
  }

  return async () => {
    cancel();
    await renewal;
  };
}
