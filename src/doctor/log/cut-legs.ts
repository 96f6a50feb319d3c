import { AT_THE_DOOR } from "./agree.js";
import { isWithin } from "./is-within.js";
import { isNamed, type Kind, type Leg, NOBODY } from "./leg.js";
import type { LogLine } from "./log-line.js";

export type Server = "signal" | "api";

/** Which server prints what: the others belong to registrations. `not-sent` is printed by both. */
const KINDS: Readonly<Record<Server, readonly Kind[]>> = {
  signal: ["offer", "offline", "others", "asking", "told", "told-failure"],
  api: [
    "asked",
    "answered",
    "found",
    "not-found",
    "pushing",
    "accepted",
    "rejected",
    "unsent",
    "unknown",
    "store-error",
  ],
};

/** How far along its call a line of each kind stands. A line of an earlier stage belongs to another call. */
const STAGES: Readonly<Partial<Record<Kind, number>>> = {
  ...{ offer: 1, offline: 2, others: 2, asking: 3, told: 4, "told-failure": 4 },
  ...{ asked: 1, found: 2, "not-found": 3, pushing: 3 },
  ...{ accepted: 4, rejected: 4, unsent: 4, unknown: 4, "store-error": 4, "not-sent": 4 },
  answered: 5,
};

/** Kinds of lines that come once for each phone. */
const MANY: readonly Kind[] = ["found", "accepted", "rejected", "unsent", "unknown"];
/** Kinds of lines that say how the push to one phone ended. */
const RESULTS: readonly Kind[] = ["accepted", "rejected", "unsent", "unknown"];
/** Kinds of lines after which a call has no more. */
const ENDS: readonly Kind[] = ["told", "told-failure", "not-found", "not-sent", "answered"];

/** Milliseconds after which a call without an end gets none any more: all waiting is over long before. */
const LONGEST = 120_000;

interface OpenLeg extends Leg {
  readonly to: string;
  readonly lines: LogLine[];
  readonly rivals: Set<Leg>;
  /** The call id, once a line has named it. */
  callId: string | undefined;
}

/** The lines of both servers, cut into calls. A line that names nobody belongs to the call that is waiting for it. */
export function cutLegs(lines: readonly LogLine[]): Readonly<Record<Server, readonly Leg[]>> {
  const legs: Record<Server, OpenLeg[]> = { signal: [], api: [] };
  const waiting: Record<Server, Set<OpenLeg>> = { signal: new Set(), api: new Set() };
  let last: { readonly line: LogLine; readonly leg: OpenLeg } | undefined;
  for (const line of lines) {
    const server = serverOf(line, waiting);
    if (server === undefined) continue;
    for (const leg of waiting[server]) if (isOver(leg, line)) waiting[server].delete(leg);
    const open = [...waiting[server]].filter(leg => waitsFor(leg, line));
    // The server prints this line right after the one that names the token.
    const follows =
      line.fact.kind === "pushing" && last?.line.fact.kind === "found" && last.line.source === line.source;
    const leg = (follows ? open.find(one => one === last?.leg) : undefined) ?? choose(open, line);
    if (leg !== undefined) leg.lines.push(line);
    const begun = leg ?? { to: userOf(line) ?? NOBODY, lines: [line], rivals: new Set<Leg>(), callId: undefined };
    if (leg === undefined) {
      legs[server].push(begun);
      waiting[server].add(begun);
    }
    begun.callId ??= callOf(line);
    last = { line, leg: begun };
  }
  return legs;
}

function serverOf(line: LogLine, waiting: Readonly<Record<Server, ReadonlySet<OpenLeg>>>): Server | undefined {
  const { kind } = line.fact;
  if (kind !== "not-sent") return (["signal", "api"] as const).find(server => KINDS[server].includes(kind));
  // The API server knows it first. A line that no call waits for repeats an earlier one.
  return (["api", "signal"] as const).find(server =>
    [...waiting[server]].some(leg => waitsFor(leg, line) && !isOver(leg, line)),
  );
}

/** The waiting call that a line belongs to. Other calls that it may belong to become that call's rivals. */
function choose(open: readonly OpenLeg[], line: LogLine): OpenLeg | undefined {
  if (isNamed(line)) return chooseByName(open, callOf(line));
  // The line that operators search for comes after the one that says the same and names the user.
  const echoed = open.findLast(leg => echoes(leg, line));
  if (echoed !== undefined) return echoed;
  const unnamed = open.filter(leg => !leg.lines.some(one => isNamed(one) && isResult(one)));
  const hungry = unnamed.filter(leg => !hasResult(leg));
  const likely = hungry.length > 0 ? hungry : unnamed;
  for (const one of likely) for (const other of likely) if (one !== other) one.rivals.add(other);
  return likely.at(-1) ?? open.at(-1);
}

/** A call id may come back in the next call between the same two. */
function chooseByName(open: readonly OpenLeg[], callId: string | undefined): OpenLeg | undefined {
  const known = open.filter(leg => callId !== undefined && leg.callId === callId);
  return known.findLast(isHungry) ?? open.findLast(leg => leg.callId === undefined) ?? known.at(-1) ?? open.at(-1);
}

/** True while results are still to come: one for each phone, or two where the first environment did not know the token. */
function isHungry(leg: OpenLeg): boolean {
  const phones = leg.lines.filter(({ fact }) => fact.kind === "found").length;
  const results = leg.lines.filter(line => isResult(line) && isNamed(line) && reasonOf(line.fact) !== "BadDeviceToken");
  return !hasResult(leg) && results.length < phones;
}

/** True when this line repeats a result that names the user, and no line before has repeated it. */
function echoes({ lines }: OpenLeg, { fact }: LogLine): boolean {
  const same = lines.filter(one => one.fact.kind === fact.kind && reasonOf(one.fact) === reasonOf(fact));
  const named = same.filter(isNamed).length;
  return isResult({ fact }) && named > same.length - named;
}

const isResult = ({ fact }: Pick<LogLine, "fact">): boolean => RESULTS.includes(fact.kind);
const reasonOf = (fact: LogLine["fact"]) => (fact.kind === "rejected" ? fact.reason : undefined);
const userOf = ({ fact }: LogLine): string | undefined => ("to" in fact ? fact.to : undefined);
const callOf = ({ fact }: LogLine): string | undefined => ("callId" in fact ? fact.callId : undefined);
const stageOf = ({ fact }: LogLine): number => STAGES[fact.kind] ?? 0;

/**
 * True when a call may go on with this line. A line of an earlier stage is another call's, and so is a second line of a
 * kind that comes once per call.
 */
function waitsFor({ to, lines, callId }: OpenLeg, line: LogLine): boolean {
  const { fact, source } = line;
  const [user, call, last] = [userOf(line), callOf(line), lines.at(-1)!];
  if (user !== undefined && user !== to) return false;
  if (call !== undefined && callId !== undefined && call !== callId) return false;
  if (source !== undefined && last.source !== undefined && source !== last.source) return false;
  if (fact.kind === "answered" && !canBeAnswered(lines, fact.status)) return false;
  if (stageOf(last) > stageOf(line) || lines.some(one => ENDS.includes(one.fact.kind))) return false;
  return MANY.includes(fact.kind) || !lines.some(one => one.fact.kind === fact.kind);
}

/** True when a call has ended, or is too old to go on. */
function isOver({ lines }: OpenLeg, line: LogLine): boolean {
  const last = lines.at(-1)!;
  if (lines.some(({ fact }) => ENDS.includes(fact.kind))) return true;
  return !isWithin(LONGEST, last, line);
}

/** Each phone that was found has one result. */
function hasResult({ lines }: OpenLeg): boolean {
  const phones = lines.filter(({ fact }) => fact.kind === "found").length;
  return lines.filter(line => isResult(line) && !isNamed(line)).length >= Math.max(1, phones);
}

/** The lines of a push say how it ended, so no answer follows them. A request that was let in is not refused later. */
function canBeAnswered(lines: readonly LogLine[], status: number): boolean {
  return !lines.some(line => isResult(line) || (AT_THE_DOOR.includes(status) && line.fact.kind === "asked"));
}
