import { isWithin } from "./is-within.js";
import { type LineOf, linesOf } from "./leg.js";
import type { CallLegs } from "./legs.js";
import type { LogLine } from "./log-line.js";

type WakingLine = LineOf<"woken"> | LineOf<"nobody-woken">;

/** What the signal server has said of the phones that a call's push should wake. */
export interface Wakings {
  readonly woken: readonly LineOf<"woken">[];
  /** The line that says that no phone had come a while after Apple accepted. One may have come later. */
  readonly nobody: LineOf<"nobody-woken"> | undefined;
  /** Another call to the same user was under way, and a line may belong to either. */
  readonly guessed: boolean;
}

/** Milliseconds after the request to push within which a call wakes phones. */
const LONGEST = 10 * 60_000;

const NOTHING: Wakings = { woken: [], nobody: undefined, guessed: false };

/** Gives each line to the call whose push it speaks of: it names the user, and how long ago the push was handed over. */
export function wakings(calls: readonly CallLegs[], log: readonly LogLine[]): ReadonlyMap<CallLegs, Wakings> {
  const found = new Map<CallLegs, Wakings>();
  for (const line of log) {
    if (!isWaking(line)) continue;
    const able = calls.filter(call => couldBe(call, found.get(call) ?? NOTHING, line));
    const waiting = able.filter(call => isWaiting(call, found.get(call) ?? NOTHING, line));
    const open = waiting.length > 0 ? waiting : able.slice(-1);
    const distances = new Map(open.map(call => [call, distance(call, line)]));
    const timed = open.filter(call => distances.get(call) !== undefined);
    const [nearest, second] = timed.toSorted((a, b) => distances.get(a)! - distances.get(b)!);
    // That nobody came is told for the oldest call first. A phone that comes most likely comes for the newest.
    const call = nearest ?? (line.fact.kind === "nobody-woken" ? open[0] : open.at(-1));
    if (call === undefined) continue;
    const isTie = second !== undefined && distances.get(second) === distances.get(call);
    const unsure = open.length > 1 && (nearest === undefined || isTie);
    for (const one of unsure ? open : [call]) {
      const known = found.get(one) ?? NOTHING;
      found.set(one, { ...(one === call ? withLine(known, line) : known), guessed: known.guessed || unsure });
    }
  }
  return found;
}

function isWaking(line: LogLine): line is WakingLine {
  return line.fact.kind === "woken" || line.fact.kind === "nobody-woken";
}

const isComing = (line: WakingLine): line is LineOf<"woken"> => line.fact.kind === "woken";

function withLine(known: Wakings, line: WakingLine): Wakings {
  return isComing(line)
    ? { ...known, woken: [...known.woken, line] }
    : { ...known, nobody: line as LineOf<"nobody-woken"> };
}

function couldBe({ to, signal }: CallLegs, { nobody }: Wakings, line: WakingLine): boolean {
  if (to !== line.fact.to) return false;
  const [asking] = linesOf(signal, "asking");
  if (asking === undefined || asking.order > line.order) return false;
  if (linesOf(signal, "told-failure").length > 0 || linesOf(signal, "not-sent").length > 0) return false;
  // No phone had come by then, so one that came sooner after a push came for another call.
  if (nobody !== undefined && nobody.fact.milliseconds > line.fact.milliseconds) return false;
  return isWithin(LONGEST, asking, line);
}

/**
 * True while a call waits for this line. Each pushed phone comes once; that nobody came is said once, after Apple's yes
 * and before any phone comes.
 */
function isWaiting({ signal, api }: CallLegs, { woken, nobody }: Wakings, line: WakingLine): boolean {
  if (isComing(line)) return woken.length < Math.max(1, linesOf(api, "found").length);
  const told = linesOf(signal, "told").some(({ order, fact }) => fact.how === "sent" && order < line.order);
  return told && nobody === undefined && woken.length === 0;
}

/** How far the time at which the push was handed over is from the one that the line tells. */
function distance({ signal }: CallLegs, { at, fact }: WakingLine): number | undefined {
  const asked = linesOf(signal, "asking")[0]?.at;
  return asked === undefined || at === undefined ? undefined : Math.abs(at - fact.milliseconds - asked);
}
