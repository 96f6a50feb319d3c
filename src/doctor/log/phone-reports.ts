import { isWithin } from "./is-within.js";
import { type LineOf, linesOf } from "./leg.js";
import type { CallLegs } from "./legs.js";
import type { LogLine } from "./log-line.js";

/** What a phone has said of a call, or that it has said nothing. */
export type ReportLine = LineOf<"receipt"> | LineOf<"silent">;

/** What the phones of one call have said. */
export interface PhoneReports {
  readonly lines: readonly ReportLine[];
  /** Another call to the same phone was under way, and without times a line may belong to either. */
  readonly guessed: boolean;
}

/** Milliseconds after Apple's yes within which a phone reports. */
const LONGEST = 10 * 60_000;

/** Gives each report to the call whose push it answers: it names user and phone, and how long ago Apple accepted. */
export function phoneReports(calls: readonly CallLegs[], log: readonly LogLine[]): ReadonlyMap<CallLegs, PhoneReports> {
  const reports = new Map<CallLegs, { lines: ReportLine[]; guessed: boolean }>();
  for (const line of log) {
    if (!isReport(line)) continue;
    const open = calls.filter(call => couldBe(call, line) && !hasSaid(reports.get(call)?.lines ?? [], line));
    const timed = line.at === undefined ? [] : open.filter(call => distance(call, line) !== undefined);
    const nearest = timed.toSorted((a, b) => distance(a, line)! - distance(b, line)!)[0];
    // A phone is reported silent for the oldest call first. A phone that reports something means the newest.
    const call = nearest ?? (line.fact.kind === "silent" ? open[0] : open.at(-1));
    if (call === undefined) continue;
    for (const one of nearest === undefined && open.length > 1 ? open : [call]) {
      const report = reports.get(one) ?? { lines: [], guessed: false };
      if (one === call) report.lines.push(line);
      reports.set(one, { ...report, guessed: report.guessed || (open.length > 1 && nearest === undefined) });
    }
  }
  return reports;
}

function isReport(line: LogLine): line is ReportLine {
  return line.fact.kind === "receipt" || line.fact.kind === "silent";
}

function couldBe({ to, api }: CallLegs, line: ReportLine): boolean {
  const { fact } = line;
  if (to !== fact.to) return false;
  const found = linesOf(api, "found");
  if (found.length > 0 && !found.some(one => one.fact.tokenPrefix === fact.tokenPrefix)) return false;
  return linesOf(api, "accepted").some(yes => yes.order <= line.order && isWithin(LONGEST, yes, line));
}

/** The server logs each of a phone's reports once, and no silence after one. */
function hasSaid(lines: readonly ReportLine[], { fact }: ReportLine): boolean {
  const said = lines.filter(line => line.fact.tokenPrefix === fact.tokenPrefix).map(line => line.fact);
  if (fact.kind === "silent") return said.length > 0;
  return said.some(one => one.kind === "receipt" && one.event === fact.event);
}

/** How far a report's time of acceptance is from the time at which Apple accepted this call's push. */
function distance({ api }: CallLegs, { at, fact }: ReportLine): number | undefined {
  const times = linesOf(api, "accepted").flatMap(line => line.at ?? []);
  return times.length === 0 ? undefined : Math.min(...times.map(time => Math.abs(at! - fact.milliseconds - time)));
}
