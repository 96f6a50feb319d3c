import { type ClientName, LIBRARIES } from "../clients.ts";
import type { Depth, Part } from "../part.ts";
import { median } from "../report/median.ts";
import { show, table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";
import { startApple } from "../servers/apple.ts";

interface RecoveryFigures {
  /** Milliseconds from the fault until all pushes are accepted within 2 s again; absent when that did not come. */
  readonly recovered?: number;
  /** Pushes that were on their way at the fault, or sent after it. */
  readonly pushes: number;
  /** How many of them were not accepted within 2 s. */
  readonly late: number;
  /** Milliseconds that the slowest of the accepted ones took. */
  readonly longest: number;
}

interface Fault {
  readonly fault: "goaway" | "freeze";
  readonly what: string;
  /** Milliseconds that the client is watched after it. */
  readonly watch: Readonly<Record<Depth, number>>;
}

const FAULTS: readonly Fault[] = [
  { fault: "goaway", what: "a graceful GOAWAY on every connection", watch: { quick: 3000, full: 5000 } },
  { fault: "freeze", what: "every connection silent, new ones work", watch: { quick: 15_000, full: 30_000 } },
];

type RecoveryResult = readonly {
  readonly what: string;
  readonly watch: number;
  readonly clients: Readonly<Partial<Record<ClientName, readonly RecoveryFigures[]>>>;
}[];

const ROUNDS = { quick: 1, full: 3 } as const;

/** The pushes are few, so that all clients can be watched at once, each with an Apple of its own. */
export const recovery: Part<RecoveryResult> = {
  name: "recovery",
  title: "Time to recover",
  async measure({ depth, say }) {
    const results = [];
    for (const { fault, what, watch } of FAULTS) {
      const clients: Partial<Record<ClientName, RecoveryFigures[]>> = {};
      for (let round = 0; round < ROUNDS[depth]; round++) {
        say(`${what}, round ${round + 1}`);
        const figures = LIBRARIES.map(async client => {
          const measured = await strike(client, fault, watch[depth]);
          clients[client] = [...(clients[client] ?? []), measured];
        });
        await Promise.all(figures);
      }
      results.push({ what, watch: watch[depth], clients });
    }
    return results;
  },
  report: results =>
    results
      .map(({ what, watch, clients }) => {
        const rows = LIBRARIES.map(client => {
          const rounds = clients[client] ?? [];
          const recovered = median(rounds.map(round => round.recovered ?? Number.POSITIVE_INFINITY));
          return [
            client,
            recovered === Number.POSITIVE_INFINITY ? `not within ${show(watch)}` : recovered,
            median(rounds.map(({ pushes }) => pushes)),
            median(rounds.map(({ late }) => late)),
            median(rounds.map(({ longest }) => longest)),
          ];
        });
        return `**${what}; a push every 10 ms, answered after 40 ms**\n\n${table(HEADER, rows)}`;
      })
      .join("\n\n"),
};

const HEADER = [
  "client",
  "until all pushes are accepted within 2 s again, ms",
  "pushes under way or sent since",
  "not accepted within 2 s",
  "longest accepted, ms",
];

async function strike(client: ClientName, fault: Fault["fault"], watch: number): Promise<RecoveryFigures> {
  await using apple = await startApple();
  return await runWorker(client, "recovery", apple.target, { control: apple.control, fault, watch });
}
