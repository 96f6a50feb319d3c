import type { Connection } from "./connection.js";
import type { Opening } from "./opening.js";

/** Milliseconds that the newest connection may take for its first answer before another is opened. */
const SLOW_TO_ANSWER = 300;

/**
 * Milliseconds without room on the connections in hand after which another is opened, too; counted from the newest's first
 * answer at the earliest. A burst that waits for its socket to drain is gone before that, while one that meets the stream
 * limit waits for answers.
 */
const FULL_FOR = 10;

/**
 * How many milliseconds to wait before another connection is wanted for a push that waits; undefined: none is. Apple
 * takes a client that opens connections freely for an attacker, so more come only when those in hand are full or silent.
 *
 * @param candidates Connections the push may use now or after a while, the oldest first.
 * @param waitingSince When the first of the pushes that wait now began to: monotonic milliseconds.
 */
export function waitBeforeOpening(
  candidates: readonly Connection[],
  openings: Iterable<Opening>,
  waitingSince: number,
  now: number,
): number | undefined {
  const [opening, another] = openings;
  // A second connection is tried beside one that is slow to open, but no third: they all wait for the same network.
  if (opening !== undefined) return another === undefined ? opening.since + SLOW_TO_ANSWER - now : undefined;
  const usable = candidates.filter(({ isUsable }) => isUsable);
  const newest = usable.at(-1);
  if (newest === undefined) return Math.max(0, ...candidates.map(({ life }) => life.worthWaitingUntil - now));
  // There is room, and only the provider token is missing, which is being made.
  if (usable.some(({ hasRoom }) => hasRoom)) return undefined;
  const { answeredSince } = newest;
  const until =
    answeredSince === undefined ? newest.openedAt + SLOW_TO_ANSWER : Math.max(waitingSince, answeredSince) + FULL_FOR;
  return until - now;
}
