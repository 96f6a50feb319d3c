import type { Clock } from "../../clock.js";
import type { Call } from "./call.js";
import type { CallName, CallStore } from "./store.js";

/** A call that this process knows, and when it must look at it again. */
export interface Known extends CallName {
  readonly store: CallStore;
}

interface Entry extends Known {
  readonly state: Call["state"];
  readonly size: number;
  readonly dueAt: number;
  readonly cancelTimer: () => void;
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
  // In the order in which they came to be so.
  const calls: Record<Call["state"], Map<string, Entry>> = { ringing: new Map(), answered: new Map(), over: new Map() };
  let totalSize = 0;

  function find(id: string): Entry | undefined {
    return calls.ringing.get(id) ?? calls.answered.get(id) ?? calls.over.get(id);
  }

  function forget(id: string): void {
    const entry = find(id);
    if (entry === undefined) return;
    entry.cancelTimer();
    totalSize -= entry.size;
    calls[entry.state].delete(id);
  }

  /** Its timer has fired: whatever time is noted next, a new one is needed. */
  function isArmedNoMore(id: string): void {
    const entry = find(id);
    if (entry) calls[entry.state].set(id, { ...entry, dueAt: Number.NaN });
  }

  return {
    knows: (id: string) => find(id) !== undefined,
    forget,

    note({ id, users, store }: Known, { state, size, dueAt }: Pick<Entry, "state" | "size" | "dueAt">): void {
      const before = find(id);
      const isSameTime = before?.dueAt === dueAt && before.state === state;
      if (before && !isSameTime) before.cancelTimer();
      const known: Known = { id, users, store };
      const timer = () =>
        clock.setTimeout(
          () => {
            isArmedNoMore(id);
            onDue(known);
          },
          Math.max(0, Math.ceil(dueAt - now())),
          { background: true },
        );
      if (before?.state !== state) calls[before?.state ?? state].delete(id);
      totalSize += size - (before?.size ?? 0);
      const cancelTimer = before && isSameTime ? before.cancelTimer : timer();
      calls[state].set(id, { ...known, state, size, dueAt, cancelTimer });
    },

    /** Looks at a call that was due once more, a little later. */
    again(call: Known, ms: number): void {
      clock.setTimeout(() => onDue(call), ms, { background: true });
    },

    /** Who has to go: what is over first, then the oldest that rings; never an answered call. */
    get tooMuch(): Known | undefined {
      const count = calls.ringing.size + calls.answered.size + calls.over.size;
      if (count <= maxCalls && totalSize <= maxTotalSize) return undefined;
      const [oldest] = calls.over.size > 0 ? calls.over.values() : calls.ringing.values();
      return oldest;
    },

    get size(): number {
      return calls.ringing.size + calls.answered.size;
    },

    close(): void {
      for (const entries of Object.values(calls)) {
        for (const { cancelTimer } of entries.values()) cancelTimer();
        entries.clear();
      }
      totalSize = 0;
    },
  };
}
