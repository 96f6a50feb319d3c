import type { Clock } from "../clock.js";

/** A time limit for one piece of work. */
export interface TimeLimit {
  /** Fires when the time is up, with an error that is explained like the system's own time-out, or with the parent. */
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
    race: work =>
      new Promise((resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        work.then(resolve, reject);
      }),
    clear,
  };
}

function timedOut(ms: number): Error {
  return Object.assign(new Error(`no answer within ${ms} ms`), { code: "ETIMEDOUT" });
}
