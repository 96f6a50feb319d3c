/**
 * Remembers which idempotency keys have been used, so that a repeated request does not ring twice.
 * `memoryIdempotencyStore()` serves one process, `redisIdempotencyStore(client)` a fleet.
 */
export interface IdempotencyStore {
  /** True for the first caller with this key within `ttlMs` milliseconds, false for everybody after. Atomic. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /** Gives the key back, so that a retry can ring: called only when every result was rejected or unsent. */
  release(key: string): Promise<void>;
}
