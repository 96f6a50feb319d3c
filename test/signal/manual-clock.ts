import type { Clock } from "apns-voip/signal";

/** Waits between attempts are below this; the time-outs of attempts in these tests are above. */
export const LONGEST_WAIT = 2_500;

export interface ManualClock extends Clock {
  /** Moves time forward; what falls due fires in order. */
  advance(ms: number): void;
  /** Milliseconds since the clock was made. */
  readonly elapsed: number;
  /** Timers that neither fired nor were cancelled, by how many milliseconds they were set for. */
  readonly pending: readonly number[];
}

/** A clock that stands still until told, but for waits between attempts: those are over at once, as if it had jumped. */
export function manualClock(options: { readonly skipWaits?: boolean } = {}): ManualClock {
  const { skipWaits = true } = options;
  const timers = new Set<{ readonly ms: number; readonly due: number; readonly fn: () => void }>();
  let elapsed = 0;

  return {
    now: () => Date.UTC(2026, 0, 1) + elapsed,
    monotonic: () => elapsed,
    setTimeout(fn, ms) {
      const timer = { ms, due: elapsed + ms, fn };
      timers.add(timer);
      if (skipWaits && ms <= LONGEST_WAIT)
        setImmediate(() => {
          if (!timers.delete(timer)) return;
          elapsed = Math.max(elapsed, timer.due);
          fn();
        });
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = elapsed + ms;
      for (;;) {
        const next = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        timers.delete(next);
        elapsed = Math.max(elapsed, next.due);
        next.fn();
      }
      elapsed = until;
    },
    get elapsed() {
      return elapsed;
    },
    get pending() {
      return [...timers].map(({ ms }) => ms);
    },
  };
}
