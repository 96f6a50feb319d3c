import type { CallLegs } from "./legs.js";
import type { LogLine } from "./log-line.js";

/** Milliseconds after the last line of a call within which a line may be about it. */
const NEAR = 30_000;
/** Lines after it, in a log without times. */
const NEAR_LINES = 10;

/**
 * What the signal server said while a call was under way, and which is no step of it: something of its people was refused,
 * the call store failed, or it could not find out who is connected.
 */
export function asidesOf({ to, signal }: CallLegs, log: readonly LogLine[]): readonly LogLine[] {
  const [first, last] = [signal?.lines[0], signal?.lines.at(-1)];
  if (signal === undefined || first === undefined || last === undefined) return [];
  const people = [to, ...signal.lines.flatMap(({ fact }) => (fact.kind === "offer" ? fact.from : []))];
  return log.filter(line => {
    const { fact } = line;
    const isOurs =
      fact.kind === "call-store-error" ||
      (fact.kind === "online-failed" && people.includes(fact.user)) ||
      // An offer that was refused is another call, which never began.
      (fact.kind === "refused" && fact.event !== "offer" && people.includes(fact.user));
    return isOurs && isNear(line, first, last);
  });
}

function isNear(line: LogLine, first: LogLine, last: LogLine): boolean {
  if (line.at !== undefined && first.at !== undefined && last.at !== undefined)
    return line.at > first.at - 2000 && line.at < last.at + NEAR;
  return line.order > first.order - 2 && line.order < last.order + NEAR_LINES;
}
