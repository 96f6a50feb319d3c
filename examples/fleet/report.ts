import type { Child } from "../demo/child.ts";
import type { Call } from "./call.ts";
import type { Kill } from "./kills.ts";
import { PATIENCE } from "./traffic.ts";

export interface Report {
  readonly lines: readonly string[];
  /** Phones rang and stopped, every answer reached its caller, nothing was lost or doubled, and no third provider token was alive. */
  readonly isGood: boolean;
}

/** Reasons that tell the caller that the call cannot ring. */
const SAID_NOT_TO_RING: readonly (string | undefined)[] = ["failed", "no-devices"];

/** `lateness`: by how many milliseconds this program's own timers were late, in the worst case and in 99 % of them. */
export async function reportOn(
  calls: readonly Call[],
  kills: readonly Kill[],
  apple: Child,
  lateness: { readonly worst: number; readonly most: number },
): Promise<Report> {
  const pushes = await apple.ask<Record<string, number>>("pushes");
  const providerTokens = await apple.ask<{ seen: number; alive: number }>("providerTokens");
  const refusals = await apple.ask<string[]>("refusals");
  const violations = await apple.ask<string[]>("violations");

  const phonesOf = ({ phones }: Call) => [...phones.values()];
  const rung = calls.filter(({ rangAt }) => rangAt !== undefined);
  const silent = calls.filter(({ rangAt, plan }) => rangAt === undefined && plan !== "cancel");
  const lost = silent.filter(({ toldCaller }) => !SAID_NOT_TO_RING.includes(toldCaller));
  const failed = silent.filter(({ toldCaller }) => SAID_NOT_TO_RING.includes(toldCaller));
  const doubled = calls.filter(call => phonesOf(call).some(({ rings }) => rings > 1));
  const stoppedEarly = calls.filter(call => call.stoppedEarly > 0);
  const rungOn = calls.filter(call => call.rungOn > 0);
  const stoppedLate = calls.filter(call => call.rungOn + call.cameTooLate === 0 && call.quietAfter > PATIENCE);
  const toldTwice = calls.filter(call => phonesOf(call).some(phone => phone.toldTwice > 0));
  const planned = (plan: Call["plan"]) => rung.filter(call => call.plan === plan);
  const answered = calls.filter(({ answeredAt }) => answeredAt !== undefined);
  const heard = answered.filter(({ heardAt }) => heardAt !== undefined);
  // No server had the answer yet when the caller was told that nobody answered.
  const rangOut = answered.filter(({ heardAt, toldCaller }) => heardAt === undefined && toldCaller === "no-answer");
  const unheard = answered.filter(call => !heard.includes(call) && !rangOut.includes(call));
  const heardLate = heard.filter(({ answeredAt = 0, heardAt = 0 }) => heardAt - answeredAt > PATIENCE);
  const hungOn = answered.filter(({ toldCaller }) => toldCaller === undefined);
  const notPickedUp = rung.filter(
    ({ plan, isPickedUp, toldCaller }) =>
      (plan === "answer" || plan === "decline") && !isPickedUp && toldCaller !== "no-answer",
  );
  const byPush = rung.filter(({ way }) => way === "push");
  const wire = Object.values(pushes);
  const ringTimes = rung.map(({ offeredAt, rangAt = 0 }) => rangAt - offeredAt).sort((a, b) => a - b);
  const recoveries = kills.flatMap(recoveryOf).sort((a, b) => a - b);
  const returns = kills.flatMap(({ backAfter }) => backAfter ?? []).sort((a, b) => a - b);
  const killed = (kind: string) => kills.filter(({ server }) => server.kind === kind).length;

  const rows: readonly (readonly [what: string, figure: number | string, remark?: string])[] = [
    ["calls", calls.length, `${byPush.length} rang by push, ${rung.length - byPush.length} in an open app`],
    ["rings", sum(calls.flatMap(call => phonesOf(call).map(({ rings }) => rings))), "on two phones each"],
    ["lost", lost.length, "did not ring, and the caller was not told why"],
    ["doubled", doubled.length, "rang twice on a phone"],
    ["stopped early", stoppedEarly.length, "a phone was told that it is over while it rang"],
    [
      "rung on",
      rungOn.length,
      `a phone was never told that it is over; ${stoppedLate.length} more stopped late, after 15 s`,
    ],
    ["came too late", sum(calls.map(call => call.cameTooLate)), "phones were back when the end was not kept any more"],
    ["told twice", toldTwice.length, "a phone was told twice on one connection that the call is over"],
    [
      "told again",
      sum(calls.flatMap(call => phonesOf(call).map(phone => phone.toldAgain))),
      "on a new connection: the server of the old one was killed",
    ],
    ["failed", failed.length, "did not ring, and the caller was told so"],
    [
      "stopped",
      calls.flatMap(phonesOf).filter(({ toldOn }) => toldOn.size > 0).length,
      "phones were told that the call is over",
    ],
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
      `of ${byPush.filter(({ plan }) => plan === "answer" || plan === "decline").length} taken by the woken phone, ${byPush.filter(({ crossed }) => crossed).length} at another signal server than the caller's`,
    ],
    [
      "answered",
      heard.length,
      `of ${answered.length}: the caller got the answer, ${heardLate.length} late, after 15 s; ${rangOut.length} answers came when the call had rung out`,
    ],
    ["not picked up", notPickedUp.length, "rang, and could be neither answered nor declined"],
    ["hung on", hungOn.length, "a caller was never told that the other one had hung up"],
    [
      "declined",
      planned("decline").filter(({ toldCaller }) => toldCaller === "declined").length,
      `of ${planned("decline").length}`,
    ],
    [
      "not answered",
      planned("ignore").filter(({ toldCaller }) => toldCaller === "no-answer").length,
      `of ${planned("ignore").length}`,
    ],
    ["cancelled", calls.filter(({ plan }) => plan === "cancel").length, "by the caller before anybody answered"],
    ["refused by Apple", refusals.length, [...new Set(refusals)].join(", ")],
    ["violations", violations.length, [...new Set(violations)].join(", ")],
    ["this machine", time(lateness.worst), `by which our own timers were late at most, 99 % by ${time(lateness.most)}`],
  ];
  return {
    lines: [
      ...rows.map(([what, figure, remark = ""]) =>
        `${what.padEnd(18)}${String(figure).padStart(8)}  ${remark}`.trimEnd(),
      ),
      ...new Set(
        [
          ...lost,
          ...failed,
          ...doubled,
          ...stoppedEarly,
          ...rungOn,
          ...toldTwice,
          ...unheard,
          ...hungOn,
          ...notPickedUp,
        ].map(describe),
      ),
    ],
    isGood:
      rung.length > 0 &&
      // `hungOn` does not count: a hang-up that a killed server had, and had not sent, is lost (docs/calls.md).
      [lost, doubled, stoppedEarly, rungOn, toldTwice, unheard, notPickedUp].every(({ length }) => length === 0) &&
      providerTokens.alive <= 2,
  };
}

/** What happened, each with the milliseconds since the offer. */
function describe({ id, plan, history }: Call): string {
  return `  call ${id} (${plan}): ${history.join("; ")}`;
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
