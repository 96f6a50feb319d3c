import type { Clock } from "../clock.js";

/**
 * The mock's time: real time plus what was advanced. Given to a client as `clock`, it drives the client's timers too, so
 * that a test of a 20-minute rule takes no time at all.
 */
export interface MockClock extends Clock {
  /** Milliseconds that never step back: real time plus what was advanced. */
  monotonic(): number;
  /**
   * Moves time forward by `ms` milliseconds. Timers that fall due fire in order, and what they set off (promises, sockets
   * within this process) comes to rest before the next one fires.
   */
  advance(ms: number): Promise<void>;
}

/** What the doors have under way, so that `advance` knows when things have come to rest. */
export interface Activity {
  /** Rises with every byte and every request. */
  count: number;
  /** Work in another thread that is bound to end: signature checks. */
  pending: number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly background: boolean;
  readonly fn: () => void;
}

// Loopback traffic within one process needs a few turns of the event loop per hop; this many without any is rest.
const QUIET_TURNS = 25;
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function createMockClock(activity: Activity): MockClock {
  const timers = new Set<Timer>();
  let advanced = 0;
  let created = 0;
  let armed: NodeJS.Timeout | undefined;

  const monotonic = () => performance.now() + advanced;

  const next = () =>
    [...timers].reduce<Timer | undefined>(
      (first, timer) =>
        first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)
          ? timer
          : first,
      undefined,
    );

  // One real timer, for the earliest of ours: what is not advanced past fires by itself.
  const arm = () => {
    clearTimeout(armed);
    const first = next();
    if (first === undefined) return;
    armed = setTimeout(fireDue, Math.min(Math.max(0, Math.ceil(first.due - monotonic())), LONGEST_TIMEOUT));
    if ([...timers].every(timer => timer.background)) armed.unref();
  };

  const fireDue = () => {
    const now = monotonic();
    for (let first = next(); first !== undefined && first.due <= now; first = next()) {
      timers.delete(first);
      first.fn();
    }
    arm();
  };

  return {
    now: () => Date.now() + advanced,
    monotonic,
    setTimeout(fn, ms, options) {
      const timer: Timer = {
        due: monotonic() + Math.max(0, ms),
        order: created++,
        background: options?.background ?? false,
        fn,
      };
      timers.add(timer);
      arm();
      return () => {
        if (timers.delete(timer)) arm();
      };
    },
    async advance(ms) {
      const until = monotonic() + ms;
      await rest(activity);
      for (let first = next(); first !== undefined && first.due <= until; first = next()) {
        advanced += Math.max(0, first.due - monotonic());
        fireDue();
        await rest(activity);
      }
      advanced += Math.max(0, until - monotonic());
      arm();
      await rest(activity);
    },
  };
}

async function rest(activity: Activity): Promise<void> {
  let seen = activity.count;
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    await new Promise(resolve => setImmediate(resolve));
    if (activity.pending === 0 && activity.count === seen) continue;
    seen = activity.count;
    quiet = 0;
  }
}
