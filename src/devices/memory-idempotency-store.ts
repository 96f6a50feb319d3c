import { createHash } from "node:crypto";
import { type Clock, monotonicNow, systemClock } from "../clock.js";
import type { IdempotencyStore } from "./idempotency-store.js";

export interface MemoryIdempotencyStoreOptions {
  /** Keys remembered at once, default 100000. Beyond that the oldest are forgotten, so that memory stays bounded. */
  readonly maxKeys?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Idempotency keys in this process's memory: right for one process. For a fleet take `redisIdempotencyStore`. */
export function memoryIdempotencyStore(options: MemoryIdempotencyStoreOptions = {}): IdempotencyStore {
  const { maxKeys = 100_000, clock = systemClock } = options;
  // In the order of the claims, so that what expires first is (nearly) always in front.
  const expiries = new Map<string, number>();

  function forget(now: number): void {
    for (const [key, expiry] of expiries) {
      if (now < expiry && expiries.size <= maxKeys) return;
      expiries.delete(key);
    }
  }

  return {
    async claim(key, ttlMs) {
      const name = shortened(key);
      const now = monotonicNow(clock);
      const expiry = expiries.get(name);
      if (expiry !== undefined && now < expiry) return false;
      // Deleted first: setting a key that is there would leave it at its old place.
      expiries.delete(name);
      expiries.set(name, now + ttlMs);
      forget(now);
      return true;
    },

    async release(key) {
      expiries.delete(shortened(key));
    },
  };
}

/** A key comes from a header and can be kilobytes long; what is remembered of it is not. */
function shortened(key: string): string {
  return key.length <= 64 ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}
