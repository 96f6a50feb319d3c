import type { Clock } from "../clock.js";
import type { IdempotencyStore } from "../devices/idempotency-store.js";
import { isApnsVoipError } from "../errors.js";
import { createWithin, type Within } from "./deadline.js";
import type { StoreGuard } from "./guarded-store.js";
import type { PushReport } from "./report.js";

export interface Claim {
  /** Absent: the work is done in any case. */
  readonly key: string | undefined;
  /** Whether the work is done again when nobody can tell if it was: when the process died that had the key. */
  readonly onUnknown: "report" | "resend";
  readonly signal: AbortSignal | undefined;
}

/** Runs work once per idempotency key; a repeat within the ring timeout is a `duplicate`. */
export type OncePerKey = (claim: Claim, work: () => Promise<PushReport>) => Promise<PushReport>;

/**
 * Milliseconds. A ring must not wait for a store that only guards against doubles: after this the push goes on without
 * it, since a missed call is worse than a second push.
 */
const PATIENCE = 2_000;

/**
 * Milliseconds for which a process has a key while its push is under way, and has it again in time. When the process dies,
 * the key is soon free, and a retry rings the phone that it left silent.
 */
const LEASE = 1_000;

export function createClaims(
  store: IdempotencyStore,
  guard: StoreGuard,
  ringTimeout: number,
  clock: Clock,
): OncePerKey {
  const patience = Math.min(PATIENCE, ringTimeout / 3);
  const lease = Math.min(LEASE, ringTimeout);
  const within = createWithin(clock);

  return (claim, work) => (claim.key === undefined ? work() : once(claim.key, claim, work));

  async function once(key: string, { onUnknown, signal }: Claim, work: () => Promise<PushReport>): Promise<PushReport> {
    const isLeased = store.hold !== undefined && onUnknown === "resend";
    const claim = () => guard("claim", patience, () => store.claim(key, isLeased ? lease : ringTimeout));
    const hold = (ttlMs: number) => guard("claim", patience, async () => store.hold?.(key, ttlMs));
    const release = () => guard("release", patience, () => store.release(key));

    let claimed = await claim();
    if (isLeased && claimed.error === undefined && !claimed.value) {
      await pause(within, lease * 1.1, signal);
      claimed = await claim();
    }
    if (claimed.error === undefined && !claimed.value) return { status: "duplicate", devices: [] };
    if (signal?.aborted) {
      await release();
      throw signal.reason;
    }

    // A store that did not answer the claim is not asked to hold it either.
    const isHeld = isLeased && claimed.error === undefined;
    const endLease = isHeld ? renewEach(clock, lease / 3, () => hold(lease)) : async () => {};
    /** `isFree`: nothing has left, and a retry can ring. */
    const settle = async (isFree: boolean) => {
      await endLease();
      if (isFree) await release();
      else if (isHeld) await hold(ringTimeout);
    };
    try {
      const report = await work();
      await settle(report.status === "failed" || report.status === "no-devices");
      return report;
    } catch (error) {
      // Errors of ours mean that nothing left; anything else is the caller's abort, and something may have.
      await settle(isApnsVoipError(error));
      throw error;
    }
  }
}

async function pause(within: Within, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal?.addEventListener("abort", stop, { once: true });
  await within(milliseconds, () => aborted);
  signal?.removeEventListener("abort", stop);
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
