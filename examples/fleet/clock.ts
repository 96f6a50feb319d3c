import type { Clock } from "apns-voip";

/** The time, some milliseconds ahead: clocks of a fleet do not agree, and a turn of a half hour comes when we want it. */
export function clockAhead(milliseconds: number): Clock {
  return {
    now: () => Date.now() + milliseconds,
    monotonic: () => performance.now(),
    setTimeout(fn, ms, options) {
      const timer = setTimeout(fn, ms);
      if (options?.background) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
