import type { Clock } from "apns-voip";

/** A clock that is some milliseconds ahead. The clocks of a fleet do not agree, and a half hour can end when we want it. */
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
