/**
 * Remembers which idempotency keys have been used, so that a repeated request does not ring twice, and which were cancelled.
 * `memoryIdempotencyStore()` serves one process, `redisIdempotencyStore(client)` a fleet.
 */
export interface IdempotencyStore {
  /**
   * True for the first request with this key within `ttlMs` milliseconds, false for everybody after; `"cancelled"` where
   * nobody has the key, and `cancel` was asked for it. Atomic.
   */
  claim(key: string, ttlMs: number): Promise<boolean | "cancelled">;
  /** Frees the key, so that a retry can ring. Called only when every result was rejected or unsent. */
  release(key: string): Promise<void>;
  /**
   * Holds a key that was claimed for `ttlMs` milliseconds from now. Optional. With it the key of a call is claimed for a
   * second, held on to while the push is under way, and held for the ring timeout when the push is out (`isOut`): so the key
   * of a process that was killed is soon free, and a retry can ring. Without it such a call is lost.
   *
   * False when the key was cancelled: the process that has it then stops what has not left, and releases the key if nothing
   * had.
   */
  hold?(key: string, ttlMs: number, isOut?: boolean): Promise<boolean> | Promise<void>;
  /**
   * Cancels a key for `ttlMs` milliseconds; it may be asked again and again, and does not wait. Optional; without it a call
   * can only be cancelled in the process that has it.
   *
   * - `"held"`: a process has the key, and hears of it when it holds the key again. Ask again
   * - true: the process that had it has given it back since: nothing of its push left
   * - false: no process has it (a claim that comes later is told `"cancelled"`), or its push is out
   */
  cancel?(key: string, ttlMs: number): Promise<boolean | "held">;
  /**
   * True where keys end with the process that claimed them, as in memory. No process then waits for the key of another
   * one that may have died.
   */
  readonly endsWithProcess?: boolean;
}
