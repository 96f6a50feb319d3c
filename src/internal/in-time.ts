import type { Clock } from "../clock.js";
import { waitFor } from "./wait.js";

/** What work of somebody else gives, or a rejection when that takes longer. What comes later is ignored. */
export async function inTime<T>(clock: Clock, milliseconds: number, work: T | PromiseLike<T>): Promise<T> {
  const waited = await waitFor(Promise.resolve(work), { clock, milliseconds });
  if (waited.gaveUp === undefined) return waited.value;
  throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
}
