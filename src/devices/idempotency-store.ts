/**
 * Remembers which idempotency keys have been used, so that a repeated request does not ring twice.
 * `memoryIdempotencyStore()` serves one process, `redisIdempotencyStore(client)` a fleet.
 */
export interface IdempotencyStore {
  /** True for the first caller with this key within `ttlMs` milliseconds, false for everybody after. Atomic. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /** Gives the key back, so that a retry can ring: called only when every result was rejected or unsent. */
  release(key: string): Promise<void>;
  /**
   * Holds a key that was claimed for `ttlMs` milliseconds from now. Optional, for stores that outlive a process. With it a
   * key is claimed for a second, held on to while the push is under way, and held for the ring timeout when the push is
   * out: so the key of a process that was killed is soon free, and a retry can ring. Without it such a call is lost.
   */
  hold?(key: string, ttlMs: number): Promise<void>;
}
