/**
 * Time, as the library sees it. Tests inject their own so that no test ever sleeps.
 *
 * `monotonic` is optional: a clock that has only `now` is taken to be monotonic itself.
 */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch. May step in either direction. */
  now(): number;
  /**
   * Calls `fn` once after `ms` milliseconds; the returned function cancels. Somebody waits for it, so it keeps the
   * process alive, unless `background` says that nobody does (a watchdog of an idle connection).
   */
  setTimeout(fn: () => void, ms: number, options?: { readonly background?: boolean }): () => void;
  /** Milliseconds that never step back; the zero is arbitrary. */
  monotonic?(): number;
}

/** Milliseconds: 24.8 days. A longer wait ends then, because Node fires a longer timer at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(fn, ms, options) {
    const timer = setTimeout(fn, Math.min(ms, LONGEST_TIMER));
    if (options?.background) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer);
  },
};

/** The clock's monotonic reading, or its wall clock where it has none. */
export function monotonicNow(clock: Clock): number {
  return clock.monotonic ? clock.monotonic() : clock.now();
}
