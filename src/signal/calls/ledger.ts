import type { Clock } from "../../clock.js";
import { createAlarm, type Timed } from "./alarm.js";
import type { Call } from "./call.js";
import type { CallName, CallStore } from "./store.js";

/** A call that this process knows, and when it must look at it again. */
export interface Known extends CallName {
  readonly store: CallStore;
}

interface Entry extends Known, Timed {
  state: Call["state"];
  /** Bytes of memory. */
  size: number;
}

export interface LedgerOptions {
  readonly maxCalls: number;
  readonly maxTotalSize: number;
  readonly clock: Clock;
  /** The time that `dueAt` is of. */
  readonly now: () => number;
  readonly onDue: (call: Known) => void;
}

/** Counts what this process knows, wakes it in time, and says who must go when there is too much. */
export function createLedger({ maxCalls, maxTotalSize, clock, now, onDue }: LedgerOptions) {
  // By state, in the order in which they came into it.
  const calls: Record<Call["state"], Map<string, Entry>> = { ringing: new Map(), answered: new Map(), over: new Map() };
  const alarm = createAlarm<Entry>(clock, now, onDue);
  const sizes: Record<Call["state"], number> = { ringing: 0, answered: 0, over: 0 };

  function find(id: string): Entry | undefined {
    return calls.ringing.get(id) ?? calls.answered.get(id) ?? calls.over.get(id);
  }

  function isTooMuch(): boolean {
    const count = calls.ringing.size + calls.answered.size + calls.over.size;
    return count > maxCalls || sizes.ringing + sizes.answered + sizes.over > maxTotalSize;
  }

  return {
    knows: (id: string) => find(id) !== undefined,

    forget(id: string): void {
      const entry = find(id);
      if (entry === undefined) return;
      alarm.unset(entry);
      sizes[entry.state] -= entry.size;
      calls[entry.state].delete(id);
    },

    note({ id, users, store }: Known, { state, size, dueAt }: Pick<Entry, "state" | "size" | "dueAt">): void {
      const entry = find(id) ?? { id, users, store, state, size: 0, dueAt, place: -1 };
      sizes[entry.state] -= entry.size;
      sizes[state] += size;
      if (entry.state !== state) calls[entry.state].delete(id);
      calls[state].set(id, entry);
      entry.state = state;
      entry.size = size;
      alarm.set(entry, dueAt);
    },

    /** Looks at a call that was due once more, a little later. */
    again(call: Known, ms: number): void {
      clock.setTimeout(() => onDue(call), ms, { background: true });
    },

    /** Who has to go: what is over first, then the oldest that rings; never an answered call. */
    get tooMuch(): Known | undefined {
      if (!isTooMuch()) return undefined;
      const [oldest] = calls.over.size > 0 ? calls.over.values() : calls.ringing.values();
      return oldest;
    },

    /** Answered calls, which never go, have half of the room: they may keep no more, so that others can ring. */
    get isFull(): boolean {
      return sizes.answered > maxTotalSize / 2;
    },

    get size(): number {
      return calls.ringing.size + calls.answered.size;
    },

    close(): void {
      alarm.close();
      for (const entries of Object.values(calls)) entries.clear();
      Object.assign(sizes, { ringing: 0, answered: 0, over: 0 });
    },
  };
}
