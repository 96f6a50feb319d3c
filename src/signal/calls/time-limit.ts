import type { Clock } from "../../clock.js";

/** What a promise gives, or a rejection when that takes longer than `ms`. What comes later is ignored. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = clock.setTimeout(() => reject(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
