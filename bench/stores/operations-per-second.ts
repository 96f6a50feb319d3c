import type { Contestant } from "./contest.ts";

/** As many as a busy process has on their way at once. */
const AT_ONCE = 32;

/** A walk over all users that is the same for everybody and follows no index. */
const STRIDE = 7919;

export async function operationsPerSecond(contestant: Contestant, milliseconds: number): Promise<number> {
  let [user, done] = [1, 0];
  const startedAt = performance.now();
  const deadline = startedAt + milliseconds;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < deadline) {
        user += STRIDE;
        await contestant(user);
        done++;
      }
    }),
  );
  return (done / (performance.now() - startedAt)) * 1000;
}
