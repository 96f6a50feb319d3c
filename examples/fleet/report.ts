import type { Child } from "../demo/child.ts";
import type { Call } from "./call.ts";
import type { Kill } from "./kills.ts";

export interface Report {
  readonly lines: readonly string[];
  /** Phones rang, nothing was lost or doubled, and no third provider token was alive. */
  readonly isGood: boolean;
}

/** The servers said that the phone would ring. */
const SAID_TO_RING: readonly (string | undefined)[] = ["accepted", "duplicate", "online"];

export async function reportOn(calls: readonly Call[], kills: readonly Kill[], apple: Child): Promise<Report> {
  const pushes = await apple.ask<Record<string, number>>("pushes");
  const providerTokens = await apple.ask<{ seen: number; alive: number }>("providerTokens");
  const refusals = await apple.ask<string[]>("refusals");
  const violations = await apple.ask<string[]>("violations");

  const rung = calls.filter(({ rings }) => rings > 0);
  const lost = calls.filter(({ rings, status }) => rings === 0 && SAID_TO_RING.includes(status));
  const failed = calls.filter(({ rings, status }) => rings === 0 && !SAID_TO_RING.includes(status));
  const doubled = calls.filter(({ rings }) => rings > 1);
  const byPush = rung.filter(({ way }) => way === "push");
  const wire = Object.values(pushes);
  const ringTimes = rung.map(({ offeredAt, rangAt = 0 }) => rangAt - offeredAt).sort((a, b) => a - b);
  const recoveries = kills.flatMap(recoveryOf).sort((a, b) => a - b);
  const returns = kills.flatMap(({ backAfter }) => backAfter ?? []).sort((a, b) => a - b);
  const killed = (kind: string) => kills.filter(({ server }) => server.kind === kind).length;

  const rows: readonly (readonly [what: string, figure: number | string, remark?: string])[] = [
    ["calls", calls.length, `${byPush.length} rang by push, ${rung.length - byPush.length} in an open app`],
    ["rings", sum(calls.map(({ rings }) => rings))],
    ["lost", lost.length, "said to ring, did not"],
    ["doubled", doubled.length, "rang twice"],
    ["failed", failed.length, "did not ring, and nobody said that they would"],
    [
      "pushes",
      sum(wire),
      `taken by Apple; ${sum(wire.map(count => count - 1))} of them again, and ignored by the phone`,
    ],
    [
      "processes killed",
      kills.length,
      `API ${killed("API")}, signal ${killed("signal")}; calls under way then: ${new Set(kills.flatMap(({ underWay }) => underWay)).size}`,
    ],
    ["provider tokens", providerTokens.seen, `at most ${providerTokens.alive} alive at once`],
    [
      "time to ring",
      time(at(ringTimes, 0.5)),
      `99 % within ${time(at(ringTimes, 0.99))}, all within ${time(at(ringTimes, 1))}`,
    ],
    [
      "recovery",
      time(at(recoveries, 0.5)),
      `from a kill until every call under way had rung; all within ${time(at(recoveries, 1))}`,
    ],
    [
      "restart",
      time(at(returns, 0.5)),
      `from a kill until the process listened again; all within ${time(at(returns, 1))}`,
    ],
    [
      "waiting offers",
      byPush.filter(({ offerTaken }) => offerTaken).length,
      `of ${byPush.length} taken by the woken phone, ${byPush.filter(({ crossed }) => crossed).length} at another signal server than the caller's`,
    ],
    [
      "answered",
      rung.filter(({ answered }) => answered).length,
      `of ${rung.length}: the caller got the answer within 5 s`,
    ],
    ["refused by Apple", refusals.length, [...new Set(refusals)].join(", ")],
    ["violations", violations.length, [...new Set(violations)].join(", ")],
  ];
  return {
    lines: [
      ...rows.map(([what, figure, remark = ""]) =>
        `${what.padEnd(18)}${String(figure).padStart(8)}  ${remark}`.trimEnd(),
      ),
      ...[...lost, ...failed, ...doubled].map(
        ({ id, status, rings }) => `  call ${id}: ${status}, rang ${rings} times`,
      ),
    ],
    isGood: rung.length > 0 && lost.length === 0 && doubled.length === 0 && providerTokens.alive <= 2,
  };
}

/** Milliseconds from a kill until every call that was under way had rung; none where there was none. */
function recoveryOf({ at, underWay }: Kill): number[] {
  const rang = underWay.flatMap(({ rangAt }) => rangAt ?? []);
  return rang.length === 0 ? [] : [Math.max(...rang) - at];
}

function at(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function time(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "-" : `${(milliseconds / 1000).toFixed(2)} s`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
