import { type Clock, monotonicNow } from "../clock.js";

/** As the app has it: a number or text. `11` and `"11"` are the same user. */
export type UserId = string | number;

/** One user ringing another. */
export interface RingingCall<Signal> {
  readonly from: UserId;
  readonly to: UserId;
  state: "ringing" | "answered" | "over";
  /** What a phone that comes later gets, in order. */
  readonly signals: readonly Signal[];
  /** The phones that have got it. */
  readonly phones: Set<string>;
  answeredBy?: string;
}

export interface RingingCallsOptions {
  /** Milliseconds a call is kept. */
  readonly ringTimeout: number;
  /** Characters of JSON per call. */
  readonly maxSize: number;
  /** Characters of JSON in all. */
  readonly maxTotalSize: number;
  readonly clock: Clock;
}

/** What a call takes up besides its signals, so that many small ones count, too. */
const BASE_SIZE = 512;

interface Kept<Signal> extends RingingCall<Signal> {
  readonly signals: Signal[];
  readonly until: number;
  size: number;
}

/**
 * The calls that ring, at most one per caller and callee. They are forgotten after the ring timeout, and the oldest before
 * that when there is no room; all wait equally long, so the oldest is always the next to go.
 */
export function createRingingCalls<Signal>({ ringTimeout, maxSize, maxTotalSize, clock }: RingingCallsOptions) {
  const byAge = new Set<Kept<Signal>>();
  const byCallee = new Map<string, Map<string, Kept<Signal>>>();
  let totalSize = 0;

  function sweep(): void {
    const now = monotonicNow(clock);
    for (const call of byAge) {
      if (call.until > now && totalSize <= maxTotalSize) return;
      remove(call);
    }
  }

  function remove(call: Kept<Signal>): void {
    if (!byAge.delete(call)) return;
    totalSize -= call.size;
    const callers = byCallee.get(String(call.to));
    callers?.delete(String(call.from));
    if (callers?.size === 0) byCallee.delete(String(call.to));
  }

  /** The call itself, as it is kept, if it still is. */
  function find(from: UserId, to: UserId): Kept<Signal> | undefined {
    sweep();
    return byCallee.get(String(to))?.get(String(from));
  }

  /** Adds a signal, and says whether there was room for it. */
  function add(call: Kept<Signal>, signal: Signal): boolean {
    const size = sizeOf(signal);
    if (call.size + size > maxSize || !byAge.has(call)) return false;
    call.signals.push(signal);
    call.size += size;
    totalSize += size;
    sweep();
    return byAge.has(call);
  }

  return {
    find,
    add,
    remove,

    /** Starts a call, in place of an earlier one of the same two. */
    start(from: UserId, to: UserId, phones: Iterable<string>): Kept<Signal> {
      const earlier = find(from, to);
      if (earlier) remove(earlier);
      const until = monotonicNow(clock) + ringTimeout;
      const call: Kept<Signal> = {
        from,
        to,
        state: "ringing",
        signals: [],
        phones: new Set(phones),
        until,
        size: BASE_SIZE,
      };
      const callers = byCallee.get(String(to)) ?? new Map<string, Kept<Signal>>();
      byCallee.set(String(to), callers.set(String(from), call));
      byAge.add(call);
      totalSize += call.size;
      return call;
    },

    /** The calls to that user, the oldest first. */
    to(userId: UserId): Kept<Signal>[] {
      sweep();
      return [...(byCallee.get(String(userId))?.values() ?? [])];
    },

    /** Lets go of what a call has for further phones, and remembers only what became of it. */
    settle(call: Kept<Signal>, state: "answered" | "over"): void {
      totalSize -= call.size - BASE_SIZE;
      call.size = BASE_SIZE;
      call.signals.length = 0;
      call.state = state;
    },

    get size(): number {
      sweep();
      return byAge.size;
    },
  };
}

/** What cannot be written as JSON cannot be sent to a phone either. */
function sizeOf(signal: unknown): number {
  try {
    return JSON.stringify(signal).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
