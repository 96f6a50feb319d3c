import { agree } from "./agree.js";
import { cutLegs } from "./cut-legs.js";
import { type Leg, linesOf, NOBODY } from "./leg.js";
import type { LogLine } from "./log-line.js";

/** What the signal server said of a call, and what the API server said of it. Either may be missing. */
export interface CallLegs {
  readonly to: string;
  readonly signal: Leg | undefined;
  readonly api: Leg | undefined;
}

/** Whether lines that name nobody could belong to the one call as well as to the other. */
export function areRivals(one: CallLegs, other: CallLegs): boolean {
  const [signal, api] = [other.signal, other.api];
  if (signal !== undefined && one.signal?.rivals.has(signal)) return true;
  if (api !== undefined && one.api?.rivals.has(api)) return true;
  // With two callers of one user, the API server's log does not say which request is whose.
  return one.to === other.to && meetsBoth(one, other);
}

function meetsBoth(one: CallLegs, other: CallLegs): boolean {
  if (one.signal === undefined || other.signal === undefined) return false;
  return [one.api, other.api].every(api => api !== undefined && meets(one.signal!, api) && meets(other.signal!, api));
}

/** What a log holds. */
export interface FoundCalls {
  readonly calls: readonly CallLegs[];
  /** Answers to requests that name no user and belong to no call. The doctor's own requests look so. */
  readonly unnamed: readonly LogLine[];
}

/** Puts the lines of both servers together, call by call, in the order in which they began. */
export function findCalls(lines: readonly LogLine[]): FoundCalls {
  const { signal, api } = cutLegs(lines);
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

/**
 * Pairs what is left. Where two logs without times are joined, the last call of one is the last of the other, and so on
 * backwards.
 */
function pairRest(calls: readonly CallLegs[], free: Set<Leg>): readonly CallLegs[] {
  return calls
    .toReversed()
    .map(call => {
      const { signal } = call;
      if (call.api !== undefined || signal === undefined || linesOf(signal, "asking").length === 0) return call;
      const matches = [...free].filter(leg => isOf(leg, call) && agree(signal, leg));
      // A refused request names no user, so it is matched by its failure. Where the signal server tells of none, the
      // doctor may have sent it.
      const failed = linesOf(signal, "told-failure").length > 0;
      const match = matches.findLast(leg => leg.to !== NOBODY) ?? (failed ? matches.at(-1) : undefined);
      if (match !== undefined) free.delete(match);
      return { ...call, api: match };
    })
    .toReversed();
}

/** A request that was refused before its body was read names nobody. */
const isOf = (api: Leg, { to }: { readonly to: string }) => api.to === to || api.to === NOBODY;

/** True when the API server was asked while the signal server was waiting for an answer. */
function meets(signal: Leg, api: Leg): boolean {
  const [asking] = linesOf(signal, "asking");
  const begin = (asking ?? signal.lines[0]!).order;
  const told = signal.lines.find(({ fact }) => fact.kind === "told" || fact.kind === "told-failure");
  const at = api.lines[0]!.order;
  return at > begin && at < (told?.order ?? Number.POSITIVE_INFINITY);
}

const beginOf = ({ signal, api }: CallLegs): number => (signal ?? api)!.lines[0]!.order;
