import type { Clock } from "../../clock.js";
import { waitFor } from "../../internal/wait.js";

/** What a promise gives, or a rejection when that takes longer than `ms`. What comes later is ignored. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> {
  const waited = await waitFor(promise, { clock, milliseconds: ms });
  if (waited.gaveUp === undefined) return waited.value;
  throw new Error(`no answer within ${Math.round(ms)} ms`);
}
