import { type Clock, monotonicNow } from "../clock.js";

/** A point in monotonic time, so that a step of the wall clock moves no deadline. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  remaining(): number;
  /** The same moment in epoch milliseconds, as the wall clock stands now. */
  epoch(): number;
}

export function startDeadline(clock: Clock, milliseconds: number): Deadline {
  return new MonotonicDeadline(clock, monotonicNow(clock) + milliseconds);
}

class MonotonicDeadline implements Deadline {
  readonly #clock: Clock;
  readonly #end: number;

  constructor(clock: Clock, end: number) {
    this.#clock = clock;
    this.#end = end;
  }

  remaining(): number {
    return Math.max(0, this.#end - monotonicNow(this.#clock));
  }

  epoch(): number {
    return this.#clock.now() + this.remaining();
  }
}
