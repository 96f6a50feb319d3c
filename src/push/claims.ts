import { isApnsVoipError } from "../errors.js";
import type { StoreGuard } from "./guarded-store.js";
import type { IdempotencyStore } from "./idempotency-store.js";
import type { PushReport } from "./report.js";

/** Runs work once per idempotency key; a repeat within the ring timeout is a `duplicate`. */
export type OncePerKey = (
  key: string | undefined,
  signal: AbortSignal | undefined,
  work: () => Promise<PushReport>,
) => Promise<PushReport>;

/**
 * Milliseconds. A ring must not wait for a store that only guards against doubles: after this the push goes on without
 * it, since a missed call is worse than a second push.
 */
const PATIENCE = 2_000;

export function createClaims(store: IdempotencyStore, guard: StoreGuard, ringTimeout: number): OncePerKey {
  const patience = Math.min(PATIENCE, ringTimeout / 3);

  return async (key, signal, work) => {
    if (key === undefined) return work();
    const release = () => guard("release", patience, () => store.release(key));

    const claim = await guard("claim", patience, () => store.claim(key, ringTimeout));
    if (claim.error === undefined && !claim.value) return { status: "duplicate", devices: [] };
    if (signal?.aborted) {
      await release();
      throw signal.reason;
    }
    try {
      const report = await work();
      if (report.status === "failed" || report.status === "no-devices") await release();
      return report;
    } catch (error) {
      // Errors of ours mean that nothing left; anything else is the caller's abort, and something may have.
      if (isApnsVoipError(error)) await release();
      throw error;
    }
  };
}
