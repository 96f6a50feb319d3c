import { isKnownFailure } from "../../explain/explain-reason.js";
import type { Step } from "../finding.js";
import { statusIn } from "./agree.js";
import { asidesOf } from "./asides.js";
import { ends } from "./ends.js";
import { isNamed, type LineOf, linesOf } from "./leg.js";
import { areRivals, type CallLegs, findCalls } from "./legs.js";
import type { LogLine } from "./log-line.js";
import { type PhoneReports, phoneReports, type ReportLine } from "./phone-reports.js";
import type { StopName } from "./stops.js";
import { type Wakings, wakings } from "./wakings.js";

/** One thing that should have happened, and the line that says so. */
export interface TraceStep {
  readonly name: TraceName;
  readonly line: LogLine | undefined;
  /** True when a line says so that names no user, and may be another call's. */
  readonly unclear: boolean;
}

export type TraceName =
  | "offer"
  | "offline"
  | "others"
  | "asking"
  | "asked"
  | "found"
  | "pushing"
  | "accepted"
  | "told"
  | "woken"
  | "reported"
  | "ended";

/** How far a call came, where it stopped, and why. */
export interface CallTrace {
  readonly to: string;
  readonly from: string | undefined;
  readonly steps: readonly TraceStep[];
  /** The line at which it stopped, if a line says so. */
  readonly at: LogLine | undefined;
  readonly stop: StopName;
  readonly step: Step;
  /** Apple's reason or an error code. */
  readonly reason: string | undefined;
  readonly values: Readonly<Record<string, string | number>>;
  /** Calls overlap, and a line that names no user may be another call's. Where that matters, `stop` is `cannot-tell`. */
  readonly guessed: boolean;
  /** What the signal server said meanwhile that is no step of the call. */
  readonly asides: readonly LogLine[];
}

interface Stop {
  readonly stop: StopName;
  readonly step: Step;
  readonly at?: LogLine | undefined;
  readonly reason?: string | undefined;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What became of every call of a log. */
export interface FollowedCalls {
  readonly traces: readonly CallTrace[];
  /** As in `FoundCalls`. */
  readonly unnamed: readonly LogLine[];
}

/** Follows every call of a log through both servers, in the order in which they began. */
export function followCalls(log: readonly LogLine[]): FollowedCalls {
  const { calls, unnamed } = findCalls(log);
  const reports = phoneReports(calls, log);
  const woken = wakings(calls, log);
  const ended = ends(calls, log);
  const followed = calls.map(call => {
    const trace = withReports(followCall(call, log), reports.get(call));
    return { call, trace: withEnd(withWakings(trace, woken.get(call)), ended.get(call)) };
  });
  const byUser = Map.groupBy(followed, ({ call }) => call.to);
  const contested = followed.filter(({ call }) => isContested(call));
  const traces = followed.map(({ call, trace }) => {
    const others = new Set([...(byUser.get(call.to) ?? []), ...(isContested(call) ? contested : [])]);
    const rivals = [...others].filter(other => other.call !== call && areRivals(call, other.call));
    if (rivals.length === 0) return trace;
    const doubtful = rivals.filter(other => !isCertain(other.trace) && endOf(other.trace) !== endOf(trace));
    const guessed = { ...trace, guessed: true };
    return isCertain(trace) || doubtful.length === 0
      ? guessed
      : unclear(
          guessed,
          doubtful.map(({ call }) => call.to),
        );
  });
  return { traces, unnamed };
}

const isContested = ({ signal, api }: CallLegs): boolean =>
  [signal, api].some(leg => leg !== undefined && leg.rivals.size > 0);

/** Stops that are seen from a missing line. A line that names no user might be that one. */
const SAID_BY_NO_LINE: readonly StopName[] = [
  "no-outcome",
  "no-lookup",
  "no-answer-yet",
  "never-asked",
  "thought-online",
];

/** True when the line that decides the stop names its user. */
function isCertain({ stop, at }: CallTrace): boolean {
  return at !== undefined && isNamed(at) && !SAID_BY_NO_LINE.includes(stop);
}

const endOf = ({ stop, reason }: CallTrace): string => `${stop} ${reason}`;

/** Marks a call whose end this log cannot tell, because the end of another call may be its own. */
function unclear(trace: CallTrace, others: readonly string[]): CallTrace {
  const users = [...new Set([trace.to, ...others])].join(", ");
  return {
    ...trace,
    stop: "cannot-tell",
    step: "sending",
    at: undefined,
    reason: undefined,
    values: { user: trace.to, users },
    steps: trace.steps.map(step =>
      step.line === undefined || isNamed(step.line) ? step : { ...step, line: undefined, unclear: true },
    ),
  };
}

/** Goes on to what the phones have said, where Apple accepted and the log has a word of it. */
function withReports(trace: CallTrace, reports: PhoneReports | undefined): CallTrace {
  if (trace.stop !== "accepted" || reports === undefined) return trace;
  const [at] = reports.lines.toSorted((a, b) => rankOf(b) - rankOf(a));
  if (at === undefined) return { ...trace, guessed: reports.guessed };
  const { fact } = at;
  const said = fact.kind === "receipt" ? fact : undefined;
  return {
    ...trace,
    ...{ at, stop: REPORTS[rankOf(at)]!, guessed: reports.guessed },
    steps: [...trace.steps, { name: "reported", line: said && at, unclear: false }],
    values: {
      ...trace.values,
      ...{ phone: fact.tokenPrefix, seconds: fact.milliseconds / 1000, milliseconds: fact.milliseconds },
      ...(said && { event: said.event, words: said.words ?? said.event }),
    },
  };
}

/** Stops that tell less of the call than a phone that comes to the signal server. */
const LESS_THAN_WOKEN: readonly StopName[] = [
  "accepted",
  "silent",
  "unknown",
  "no-outcome",
  "no-answer-yet",
  "no-lookup",
];

/** Goes on to what the signal server has seen of the phones. What a phone itself has reported counts more. */
function withWakings(trace: CallTrace, found: Wakings | undefined): CallTrace {
  if (found === undefined) return trace;
  const [first] = found.woken.toSorted((a, b) => a.fact.milliseconds - b.fact.milliseconds);
  const at = first ?? found.nobody;
  const guessed = trace.guessed || found.guessed;
  if (at === undefined) return { ...trace, guessed };
  const told = trace.steps.findIndex(({ name }) => name === "told") + 1;
  const steps = trace.steps.toSpliced(told, 0, { name: "woken", line: first, unclear: false });
  const { milliseconds } = at.fact;
  const ends = first === undefined ? trace.stop === "accepted" : LESS_THAN_WOKEN.includes(trace.stop);
  if (!ends) return { ...trace, guessed, steps };
  return {
    ...trace,
    ...{ at, stop: at.fact.kind, step: "phone", reason: undefined, guessed, steps },
    values: { ...trace.values, milliseconds, seconds: milliseconds / 1000 },
  };
}

/** Stops at which it rang: that nobody answered says more. */
const IT_RANG: readonly StopName[] = ["woken", "rang"];

/** Goes on to how the call ended. A phone that answered or declined has been reached, whatever other lines say. */
function withEnd(trace: CallTrace, at: LineOf<"ended"> | undefined): CallTrace {
  if (at === undefined) return trace;
  const { answered, why, seconds } = at.fact;
  const steps = [...trace.steps, { name: "ended", line: at, unclear: false } as const];
  if (!answered && why !== "declined" && !IT_RANG.includes(trace.stop)) return { ...trace, steps };
  return {
    ...trace,
    ...{ at, stop: answered ? "answered" : "not-answered", step: "phone", reason: undefined, steps },
    values: { ...trace.values, why, seconds },
  };
}

/** From the least to the most that a phone can say. One that rings counts more than another that is silent. */
const REPORTS: readonly StopName[] = ["silent", "delivered", "call-refused", "rang"];

function rankOf({ fact }: ReportLine): number {
  if (fact.kind === "silent") return 0;
  return fact.event === "received" ? 1 : fact.event === "failed" ? 2 : 3;
}

/** Follows one call. `log`: every line that tells something, for what happened before. */
function followCall(call: CallLegs, log: readonly LogLine[]): CallTrace {
  const first = (["offer", "offline", "others", "asking", "told"] as const).map(
    name => [name, linesOf(call.signal, name)[0]] as const,
  );
  const second = (["asked", "found", "pushing", "accepted"] as const).map(
    name => [name, linesOf(call.api, name)[0]] as const,
  );
  const lines = Object.fromEntries([...first, ...second]) as Record<TraceName, LogLine | undefined>;
  // A failure is an answer, too: it told the signal server how the call ended.
  lines.told ??= linesOf(call.signal, "told-failure")[0] ?? linesOf(call.signal, "not-sent")[0];
  const reach = lines.others === undefined ? "offline" : "others";
  const names: readonly TraceName[] = ["offer", reach, "asking", "asked", "found", "pushing", "accepted", "told"];
  const { stop, step, at, reason, values = {} } = whereItStopped(call, log);
  return {
    to: call.to,
    from: linesOf(call.signal, "offer")[0]?.fact.from,
    steps: names.map(name => ({ name, line: lines[name], unclear: false })),
    at,
    stop,
    step,
    reason,
    values: { user: call.to, ...values },
    guessed: false,
    asides: asidesOf(call, log),
  };
}

/** The API server's own lines count more than what the signal server was told. */
function whereItStopped(call: CallLegs, log: readonly LogLine[]): Stop {
  return atApple(call) ?? atTheApi(call, log) ?? atTheSignalServer(call);
}

function atApple({ api }: CallLegs): Stop | undefined {
  const [accepted] = linesOf(api, "accepted");
  if (accepted !== undefined) return { stop: "accepted", step: "phone", at: accepted };
  for (const kind of ["unknown", "rejected", "unsent"] as const) {
    // A result stands in the log twice: the line with the apns-id names the user, the one that operators search for the
    // reason.
    const [at] = linesOf(api, kind);
    if (at === undefined) continue;
    const reason = linesOf(api, kind).find(({ fact }) => fact.reason !== undefined)?.fact.reason;
    return { stop: kind, step: "sending", at, reason };
  }
  return undefined;
}

function atTheApi({ api, to }: CallLegs, log: readonly LogLine[]): Stop | undefined {
  const [missing] = linesOf(api, "not-found");
  if (missing !== undefined) return { ...whyNoToken(log, to, missing.order), at: missing };
  const [notSent] = linesOf(api, "not-sent");
  if (notSent !== undefined) return { stop: notSent.fact.how, step: "sending", at: notSent };
  const [store] = linesOf(api, "store-error");
  if (store !== undefined)
    return {
      stop: "store-error",
      step: "registration",
      at: store,
      reason: codeIn(store.fact.words),
      values: { words: store.fact.words },
    };
  const [answered] = linesOf(api, "answered");
  if (answered !== undefined) return { ...byStatus(answered.fact.status, answered.fact.words), at: answered };
  const [found] = linesOf(api, "found");
  if (found !== undefined) return { stop: "no-outcome", step: "sending", at: linesOf(api, "pushing")[0] ?? found };
  const [asked] = linesOf(api, "asked");
  return asked && { stop: "no-lookup", step: "registration", at: asked };
}

function atTheSignalServer({ signal }: CallLegs): Stop {
  const [failure] = linesOf(signal, "told-failure");
  if (failure !== undefined) return { ...bySignalWords(failure.fact.words), at: failure };
  const [told] = linesOf(signal, "told");
  if (told !== undefined) {
    const stop = ({ sent: "accepted", unknown: "unknown" } as const)[told.fact.how];
    return { stop, step: stop === "accepted" ? "phone" : "sending", at: told };
  }
  const [notSent] = linesOf(signal, "not-sent");
  if (notSent !== undefined) return { stop: notSent.fact.how, step: "sending", at: notSent };
  const [asking] = linesOf(signal, "asking");
  if (asking !== undefined) return { stop: "no-answer-yet", step: "sending", at: asking };
  const away = linesOf(signal, "offline")[0] ?? linesOf(signal, "others")[0];
  if (away !== undefined) return { stop: "never-asked", step: "sending", at: away };
  const [offer] = linesOf(signal, "offer");
  return { stop: "thought-online", step: "sending", at: offer ?? signal?.lines[0] };
}

/** Why there was no token: the lines before say whether one was refused or removed. */
function whyNoToken(log: readonly LogLine[], user: string, before: number): Stop {
  const earlier = log.filter(({ order }) => order < before);
  const removed = earlier.findLast(({ fact }) => fact.kind === "removed" && fact.user === user)?.fact;
  if (removed?.kind === "removed") return { stop: "token-removed", step: "registration", reason: removed.reason };
  // A refused registration names no user. If a token was saved after it, that may be the phone that was refused.
  const refused = earlier.findLast(({ fact }) => fact.kind === "registration-refused" || fact.kind === "saved")?.fact;
  if (refused?.kind === "registration-refused")
    return { stop: "registration-refused", step: "registration", values: { words: refused.words } };
  return { stop: "no-token", step: "registration" };
}

function bySignalWords(words: string): Stop {
  const status = statusIn(words);
  if (status !== undefined) return byStatus(status, words);
  if (/token not found/i.test(words)) return { stop: "no-token", step: "registration" };
  return { stop: "api-down", step: "sending", reason: codeIn(words), values: { words } };
}

const BY_STATUS: Readonly<Record<number, Stop>> = {
  400: { stop: "bad-request", step: "sending" },
  401: { stop: "wrong-admin-token", step: "sending" },
  403: { stop: "wrong-admin-token", step: "sending" },
  404: { stop: "no-route", step: "sending" },
  405: { stop: "no-route", step: "sending" },
};

function byStatus(status: number, words: string): Stop {
  const known = /token not found/i.test(words)
    ? ({ stop: "no-token", step: "registration" } as const)
    : BY_STATUS[status];
  return {
    ...(known ?? { stop: "api-error", step: "sending" }),
    reason: known === undefined ? codeIn(words) : undefined,
    values: { status, words },
  };
}

/** An error code that can be explained, somewhere in a line. */
function codeIn(words: string): string | undefined {
  return words.match(/\b[A-Z][A-Za-z0-9_]{3,}\b/g)?.find(isKnownFailure);
}
