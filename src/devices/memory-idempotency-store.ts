import { createHash } from "node:crypto";
import { type Clock, monotonicNow, systemClock } from "../clock.js";
import { aClock, checkOptions, type OptionChecks, whole } from "../internal/options.js";
import type { IdempotencyStore } from "./idempotency-store.js";

export interface MemoryIdempotencyStoreOptions {
  /** Keys remembered at once, default 100000. Beyond that the oldest are forgotten, so that memory stays bounded. */
  readonly maxKeys?: number | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Where a key stands. `held`: its push is under way; `out`: it has left. The rest were cancelled: before a process had the
 * key, while one has it, and given back since.
 */
type State = "held" | "out" | "cancelled" | "cancelled, held" | "cancelled, given back";

interface Entry {
  readonly state: State;
  /** Monotonic milliseconds. */
  readonly expiry: number;
}

const CHECKS: OptionChecks<MemoryIdempotencyStoreOptions> = {
  maxKeys: whole(1, Number.MAX_SAFE_INTEGER),
  clock: aClock,
};

/** Idempotency keys in this process's memory: right for one process. For a fleet take `redisIdempotencyStore`. */
export function memoryIdempotencyStore(options: MemoryIdempotencyStoreOptions = {}): IdempotencyStore {
  checkOptions("memoryIdempotencyStore", options, CHECKS);
  const { maxKeys = 100_000, clock = systemClock } = options;
  // In the order in which they were set, so that the next to expire is (nearly) always the first.
  const entries = new Map<string, Entry>();

  function find(name: string, now: number): Entry | undefined {
    const entry = entries.get(name);
    return entry !== undefined && now < entry.expiry ? entry : undefined;
  }

  function set(name: string, state: State, expiry: number, now: number): void {
    // Deleted first, because a Map leaves a key that is set again at its old place.
    entries.delete(name);
    entries.set(name, { state, expiry });
    forget(now);
  }

  function forget(now: number): void {
    for (const [key, { expiry }] of entries) {
      if (now < expiry && entries.size <= maxKeys) return;
      entries.delete(key);
    }
  }

  return {
    endsWithProcess: true,

    async claim(key, ttlMs) {
      const name = shortened(key);
      const now = monotonicNow(clock);
      const entry = find(name, now);
      if (entry === undefined) set(name, "held", now + ttlMs, now);
      return entry === undefined || (isFree(entry) && "cancelled");
    },

    async release(key) {
      const name = shortened(key);
      const now = monotonicNow(clock);
      const entry = find(name, now);
      if (entry === undefined || !isCancelled(entry)) entries.delete(name);
      else set(name, "cancelled, given back", entry.expiry, now);
    },

    async hold(key, ttlMs, isOut = false) {
      const name = shortened(key);
      const now = monotonicNow(clock);
      const entry = find(name, now);
      const wasCancelled = entry !== undefined && isCancelled(entry);
      const expiry = Math.max(now + ttlMs, wasCancelled ? entry.expiry : 0);
      set(name, isOut ? "out" : wasCancelled ? "cancelled, held" : "held", expiry, now);
      return !wasCancelled;
    },

    async cancel(key, ttlMs) {
      const name = shortened(key);
      const now = monotonicNow(clock);
      const entry = find(name, now);
      if (entry === undefined) set(name, "cancelled", now + ttlMs, now);
      if (entry?.state === "held") set(name, "cancelled, held", Math.max(entry.expiry, now + ttlMs), now);
      if (entry?.state === "cancelled, given back") return true;
      return (entry?.state === "held" || entry?.state === "cancelled, held") && "held";
    },
  };
}

function isCancelled({ state }: Entry): boolean {
  return state !== "held" && state !== "out";
}

/** True for a cancelled key that no process has. */
function isFree({ state }: Entry): boolean {
  return state === "cancelled" || state === "cancelled, given back";
}

/** A key comes from a header and can be kilobytes long. A long one is remembered by its hash. */
function shortened(key: string): string {
  return key.length <= 64 ? key : `sha256:${createHash("sha256").update(key).digest("hex")}`;
}
