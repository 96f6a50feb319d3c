import type { Clock } from "../clock.js";
import { waitFor } from "../internal/wait.js";

/** A time limit for one piece of work. */
export interface TimeLimit {
  /**
   * Fires when the time is up, or when the parent signal fires. The error of a time-out has the system's own code, so
   * it can be explained.
   */
  readonly signal: AbortSignal;
  /** Settles as the work does, or rejects when the signal fires: for work that cannot be aborted itself. */
  race<T>(work: Promise<T>): Promise<T>;
  clear(): void;
}

export function timeLimit(clock: Clock, ms: number, parent?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const clear = clock.setTimeout(() => controller.abort(timedOut(ms)), ms);
  const signal = parent === undefined ? controller.signal : AbortSignal.any([controller.signal, parent]);
  return {
    signal,
    async race(work) {
      const waited = await waitFor(work, { signals: [signal] });
      if (waited.gaveUp === undefined) return waited.value;
      throw signal.reason;
    },
    clear,
  };
}

function timedOut(ms: number): Error {
  return Object.assign(new Error(`no answer within ${ms} ms`), { code: "ETIMEDOUT" });
}
