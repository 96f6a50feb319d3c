import type { Clock } from "../clock.js";

/** How long a wait lasts. The work itself goes on when nobody waits for it any more. */
export type Limit = {
  /** The wait ends when the first of them is aborted. */
  readonly signals?: readonly (AbortSignal | undefined)[] | undefined;
} & ({ readonly clock: Clock; readonly milliseconds: number } | { readonly clock?: undefined });

/** What came of waiting: a value, or why there is none. */
export type Waited<T> = { readonly value: T; readonly gaveUp?: undefined } | { readonly gaveUp: "late" | "aborted" };

/** Waits for work to end. Rejects only as the work does. */
export function waitFor<T>(work: Promise<T>, limit: Limit): Promise<Waited<T>> {
  const { signals = [] } = limit;
  return new Promise((resolve, reject) => {
    const giveUp = (gaveUp: "late" | "aborted") => {
      end();
      resolve({ gaveUp });
    };
    const onAbort = () => giveUp("aborted");
    const cancelTimer = limit.clock?.setTimeout(() => giveUp("late"), limit.milliseconds);
    const end = () => {
      cancelTimer?.();
      for (const signal of signals) signal?.removeEventListener("abort", onAbort);
    };
    for (const signal of signals) signal?.addEventListener("abort", onAbort);
    work.then(
      value => {
        end();
        resolve({ value });
      },
      error => {
        end();
        reject(error);
      },
    );
    if (signals.some(signal => signal?.aborted)) onAbort();
  });
}

/** Lets time pass, but no more than until one of the signals is aborted. */
export async function pause(
  clock: Clock,
  milliseconds: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<void> {
  await waitFor(new Promise<never>(() => {}), { clock, milliseconds, signals });
}
