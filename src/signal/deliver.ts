import { monotonicNow } from "../clock.js";
import { pause } from "../internal/wait.js";
import { RING_TIMEOUT } from "../payload/ring-timeout.js";
import { type Attempt, attempt } from "./attempt.js";
import { type Conclusion, conclusionOf } from "./conclusion.js";

/** Milliseconds before the first repeat at most, and half of that at least; each further wait is three times as long. */
const FIRST_WAIT = 250;
/** Milliseconds of the longest wait before a repeat. */
const LONGEST_WAIT = 2_000;

export interface RepeatedAttempt extends Attempt {
  readonly retries: number;
}

/** Sends a request until it is settled, the retries are used up, the ring timeout is reached or your code aborts. */
export async function deliver({ retries, timeout, ...request }: RepeatedAttempt): Promise<Conclusion> {
  const { url, clock, signal } = request;
  // No attempt and no wait goes beyond the end of the ring.
  const deadline = monotonicNow(clock) + RING_TIMEOUT;
  let mayHaveRung = false;
  for (let tries = 0; ; tries++) {
    const remaining = deadline - monotonicNow(clock);
    const waits = Math.min(timeout, remaining);
    // The API is told how long its answer is waited for, so that it does not try for longer.
    const headers = { ...request.headers, "ring-timeout": String(Math.max(1, Math.floor(waits))) };
    const conclusion = conclusionOf(await attempt({ ...request, headers, timeout: waits }), url);
    // What the API says holds for the earlier attempts as well, because they had the same idempotency key.
    mayHaveRung = (mayHaveRung && !conclusion.settled) || conclusion.result.status === "unknown";

    const wait = Math.min(FIRST_WAIT * 3 ** tries, LONGEST_WAIT) * (0.5 + Math.random() / 2);
    const mayGoOn = () => !signal?.aborted && monotonicNow(clock) < deadline;
    const again = conclusion.retry && tries < retries && monotonicNow(clock) + wait < deadline && mayGoOn();
    if (again) await pause(clock, wait, signal);
    if (!again || !mayGoOn())
      return mayHaveRung ? { ...conclusion, result: { ...conclusion.result, status: "unknown" } } : conclusion;
  }
}
