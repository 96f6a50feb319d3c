import type { Clock } from "../clock.js";
import { Timers } from "./timers.js";

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
  /**
   * From now on time moves only by `advance`, however long the test itself takes. For tests that judge milliseconds: on a
   * busy machine real time would come on top of what they wait for.
   */
  stop(): void;
}

/** What is under way between sender and mock, so that `advance` knows when things have come to rest. */
export interface Activity {
  /** Rises with every byte and every request. */
  count: number;
  /** How many signature checks run in another thread. */
  pending: number;
}

// Turns of the event loop without traffic after which things have come to rest. Loopback traffic within one process
// needs a few turns per hop.
const QUIET_TURNS = 25;
/** Milliseconds of the longest timer that Node has: it fires a longer one at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function createMockClock(activity: Activity): MockClock {
  const timers = new Timers();
  let advanced = 0;
  let armed: NodeJS.Timeout | undefined;
  let armedFor: number | undefined;

  /** The time at which real time stands, once it is stopped. */
  let stoppedAt: { readonly now: number; readonly monotonic: number } | undefined;

  const monotonic = () => (stoppedAt?.monotonic ?? performance.now()) + advanced;

  // One real timer for the earliest of ours, so that a timer also fires when nobody advances the time.
  const arm = () => {
    const due = stoppedAt === undefined ? timers.next : undefined;
    if (due !== armedFor) {
      clearTimeout(armed);
      armedFor = due;
      armed = due === undefined ? undefined : setTimeout(fireDue, waitUntil(due));
    }
    if (timers.isAwaited) armed?.ref();
    else armed?.unref();
  };

  const waitUntil = (due: number) => Math.min(Math.max(0, Math.ceil(due - monotonic())), LONGEST_TIMEOUT);

  const fireDue = () => {
    const now = monotonic();
    try {
      while ((timers.next ?? Number.POSITIVE_INFINITY) <= now) timers.shift()?.fn();
    } finally {
      // The real timer may have fired early, or an advance may have moved the earliest timer: it is set anew.
      armedFor = undefined;
      arm();
    }
  };

  return {
    now: () => (stoppedAt?.now ?? Date.now()) + advanced,
    monotonic,
    stop() {
      // Whole milliseconds, so that what a test adds up is exact; rounded up, because it never steps back.
      stoppedAt ??= { now: Date.now(), monotonic: Math.ceil(performance.now()) };
      arm();
    },
    setTimeout(fn, ms, options) {
      const timer = timers.add(monotonic() + Math.max(0, ms), options?.background ?? false, fn);
      arm();
      return () => {
        timers.cancel(timer);
        arm();
      };
    },
    async advance(ms) {
      const until = monotonic() + ms;
      await rest(activity);
      for (let due = timers.next; due !== undefined && due <= until; due = timers.next) {
        advanced += Math.max(0, due - monotonic());
        fireDue();
        await rest(activity);
      }
      advanced += Math.max(0, until - monotonic());
      fireDue();
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
