import { type ClientName, SENDERS } from "../clients.ts";
import { atMost, type Part } from "../part.ts";
import { bars } from "../report/bars.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import { inRounds, type Rounds } from "../rounds.ts";
import { runWorker } from "../run-worker.ts";

/** Milliseconds, until the answer, since the process started and since the client began to be imported. */
interface FirstPush {
  readonly accepted: boolean;
  readonly sinceStart: number;
  readonly sinceImport: number;
}

type FirstPushResult = Rounds<FirstPush>;

const ROUNDS = { quick: 5, full: 15 } as const;
/** The client alone, as the others are: `apns-voip` has the payload's schema too, and zod with it. */
const OURS = "apns-voip/apns send";
const STARTERS: readonly ClientName[] = [OURS, ...SENDERS];

/** The first push of a process that has just been started: import, key, TLS, answer. */
export const firstPush: Part<FirstPushResult> = {
  name: "first-push",
  title: "First push from a fresh process",
  measure: ({ server, depth }) =>
    inRounds(ROUNDS[depth], STARTERS, client => runWorker<FirstPush>(client, "first-push", server.target)),
  report(result) {
    const rows = Object.entries(result).map(([client, rounds]) => [
      client,
      median(rounds.map(({ sinceStart }) => sinceStart)),
      median(rounds.map(({ sinceImport }) => sinceImport)),
      ratioTo(result, client as ClientName),
      rounds.filter(({ accepted }) => !accepted).length,
    ]);
    return table(["client", "since process start, ms", "since import, ms", `\`${OURS}\` ÷ it`, "failed"], rows);
  },
  budgets: result => [
    atMost(`${OURS} ÷ node-apn Provider, time to the first push`, ratioTo(result, "node-apn Provider"), 0.85),
  ],
  plots: result => ({
    "first-push.svg": bars({
      title: "First push from a fresh process: milliseconds from its start to the answer",
      unit: "ms",
      bars: Object.entries(result).map(([label, rounds]) => ({
        label,
        values: rounds.map(({ sinceStart = Number.NaN }) => sinceStart),
      })),
    }),
  }),
};

function ratioTo(result: FirstPushResult, client: ClientName): number | undefined {
  const times = (name: ClientName) => (result[name] ?? []).map(({ sinceStart }) => sinceStart);
  return medianRatio(times(OURS), times(client));
}
