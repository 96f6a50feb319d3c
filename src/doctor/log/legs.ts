import { AT_THE_DOOR, agree } from "./agree.js";
import { type Leg, linesOf, NOBODY } from "./leg.js";
import type { LogFact, LogLine } from "./log-line.js";

type Kind = LogFact["kind"];

/** What the signal server said of a call, and what the API server said of it. Either may be missing. */
export interface CallLegs {
  readonly to: string;
  readonly signal: Leg | undefined;
  readonly api: Leg | undefined;
}

/** Which server prints what: the others belong to registrations. */
const SIGNAL_KINDS: readonly Kind[] = ["offer", "offline", "asking", "told", "told-failure"];
const API_KINDS: readonly Kind[] = [
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
];
/** In the order of a call. */
const STAGES: Readonly<Partial<Record<Kind, number>>> = {
  offer: 1,
  offline: 2,
  asking: 3,
  told: 4,
  "told-failure": 4,
  asked: 1,
  found: 2,
  "not-found": 3,
  pushing: 3,
  accepted: 4,
  rejected: 4,
  unsent: 4,
  unknown: 4,
  "store-error": 4,
  answered: 5,
};

/** Once for each phone. */
const MANY: readonly Kind[] = ["found", "accepted", "rejected", "unsent", "unknown"];
/** How the push to one phone ended. */
const RESULTS: readonly Kind[] = ["accepted", "rejected", "unsent", "unknown"];
/** Nothing comes after these. */
const ENDS: readonly Kind[] = ["told", "told-failure", "not-found", "answered"];

/** What a log holds. */
export interface FoundCalls {
  readonly calls: readonly CallLegs[];
  /** Answers to requests that name no user and belong to no call. The doctor's own requests look like that. */
  readonly unnamed: readonly LogLine[];
}

/** Puts the lines of both servers together, call by call, in the order in which they began. */
export function findCalls(lines: readonly LogLine[]): FoundCalls {
  const signal = legsOf(lines, SIGNAL_KINDS);
  const api = legsOf(lines, API_KINDS);
  const free = new Set(api);
  const calls = signal.map((leg): CallLegs => {
    const match = namedFirst(free).find(other => isOf(other, leg) && meets(leg, other) && agree(leg, other));
    if (match !== undefined) free.delete(match);
    return { to: leg.to, signal: leg, api: match };
  });
  const paired = pairRest(calls, free);
  const unnamed = [...free].filter(isUnnamed);
  for (const leg of unnamed) free.delete(leg);
  const alone = [...free].map(leg => ({ to: leg.to, signal: undefined, api: leg }));
  return {
    calls: [...paired, ...alone].sort((a, b) => beginOf(a) - beginOf(b)),
    unnamed: unnamed.flatMap(leg => leg.lines),
  };
}

const isUnnamed = ({ to, lines }: Leg) => to === NOBODY && lines.every(({ fact }) => fact.kind === "answered");
const namedFirst = (legs: Iterable<Leg>) => [...legs].sort((a, b) => Number(a.to === NOBODY) - Number(b.to === NOBODY));

/** Logs one after the other, without times: the last call of one is the last of the other, and so on backwards. */
function pairRest(calls: readonly CallLegs[], free: Set<Leg>): readonly CallLegs[] {
  return calls
    .toReversed()
    .map(call => {
      const { signal } = call;
      if (call.api !== undefined || signal === undefined || linesOf(signal, "asking").length === 0) return call;
      const matches = [...free].filter(leg => isOf(leg, call) && agree(signal, leg));
      // A request that names nobody is known by its failure alone; without one it may be the doctor's.
      const failed = linesOf(signal, "told-failure").length > 0;
      const match = matches.findLast(leg => leg.to !== NOBODY) ?? (failed ? matches.at(-1) : undefined);
      if (match !== undefined) free.delete(match);
      return { ...call, api: match };
    })
    .toReversed();
}

/** One server's lines, cut into calls. A line that names nobody belongs to the call that is waiting for it. */
function legsOf(lines: readonly LogLine[], kinds: readonly Kind[]): readonly Leg[] {
  const legs: { to: string; lines: LogLine[]; guessed: boolean }[] = [];
  for (const line of lines) {
    const { fact } = line;
    if (!kinds.includes(fact.kind)) continue;
    const to = "to" in fact ? fact.to : undefined;
    const open = legs.filter(leg => (to === undefined || leg.to === to) && waitsFor(leg, line));
    const leg = open.findLast(one => !hasResult(one)) ?? open.at(-1);
    if (leg === undefined) legs.push({ to: to ?? NOBODY, lines: [line], guessed: false });
    else {
      leg.lines.push(line);
      leg.guessed ||= to === undefined && open.length > 1;
    }
  }
  return legs;
}

const stageOf = ({ fact }: LogLine): number => STAGES[fact.kind] ?? 0;

/** A line of an earlier stage, or a second one of a kind that comes once per call, is another call's. */
function waitsFor({ lines }: { readonly lines: readonly LogLine[] }, line: LogLine): boolean {
  const { kind } = line.fact;
  if (line.fact.kind === "answered" && !canBeAnswered(lines, line.fact.status)) return false;
  if (stageOf(lines.at(-1)!) > stageOf(line) || lines.some(({ fact }) => ENDS.includes(fact.kind))) return false;
  return MANY.includes(kind) || !lines.some(({ fact }) => fact.kind === kind);
}

/** Each phone that was found has one result. */
function hasResult({ lines }: { readonly lines: readonly LogLine[] }): boolean {
  const count = (kinds: readonly Kind[]) => lines.filter(({ fact }) => kinds.includes(fact.kind)).length;
  return count(RESULTS) >= Math.max(1, count(["found"]));
}

/** The lines of a push say how it ended, so no answer follows them; nor is a request refused that was let in. */
function canBeAnswered(lines: readonly LogLine[], status: number): boolean {
  return !lines.some(
    ({ fact }) => RESULTS.includes(fact.kind) || (AT_THE_DOOR.includes(status) && fact.kind === "asked"),
  );
}

/** A request that was refused before its body was read names nobody. */
const isOf = (api: Leg, { to }: { readonly to: string }) => api.to === to || api.to === NOBODY;

/** The API server was asked while the signal server was waiting. */
function meets(signal: Leg, api: Leg): boolean {
  const [asking] = linesOf(signal, "asking");
  const begin = (asking ?? signal.lines[0]!).order;
  const told = signal.lines.find(({ fact }) => fact.kind === "told" || fact.kind === "told-failure");
  const at = api.lines[0]!.order;
  return at > begin && at < (told?.order ?? Number.POSITIVE_INFINITY);
}

const beginOf = ({ signal, api }: CallLegs): number => (signal ?? api)!.lines[0]!.order;
