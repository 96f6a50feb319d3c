import { type LineOf, linesOf } from "./leg.js";
import type { CallLegs } from "./legs.js";
import type { LogLine } from "./log-line.js";

/** Gives each line that says how a call ended to the last call between the two that had begun and has no end yet. */
export function ends(calls: readonly CallLegs[], log: readonly LogLine[]): ReadonlyMap<CallLegs, LineOf<"ended">> {
  const found = new Map<CallLegs, LineOf<"ended">>();
  for (const line of log) {
    if (!isEnd(line)) continue;
    const call = calls.findLast(one => !found.has(one) && isOf(one, line));
    if (call) found.set(call, line);
  }
  return found;
}

function isEnd(line: LogLine): line is LineOf<"ended"> {
  return line.fact.kind === "ended";
}

function isOf({ to, signal }: CallLegs, { fact, order }: LineOf<"ended">): boolean {
  const [offer] = linesOf(signal, "offer");
  return offer !== undefined && to === fact.to && offer.fact.from === fact.from && offer.order < order;
}
