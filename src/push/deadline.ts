import { type Clock, monotonicNow } from "../clock.js";

/** A point in monotonic time, so that a step of the wall clock moves no deadline. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  remaining(): number;
  /** The same moment in epoch milliseconds, as the wall clock stands now. */
  epoch(): number;
}

export function startDeadline(clock: Clock, milliseconds: number): Deadline {
  const end = monotonicNow(clock) + milliseconds;
  const remaining = () => Math.max(0, end - monotonicNow(clock));
  return { remaining, epoch: () => clock.now() + remaining() };
}

/** What `work` resolves to, or `undefined` when it has not settled in time. It goes on, but nobody waits any more. */
export function within<T>(clock: Clock, milliseconds: number, work: Promise<T>): Promise<{ value: T } | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimeout(() => resolve(undefined), milliseconds);
    work.then(value => resolve({ value }), reject).finally(cancel);
  });
}
