import { SENDERS } from "../clients.ts";
import { atMost, type Part } from "../part.ts";
import { bars } from "../report/bars.ts";
import { median } from "../report/median.ts";
import { table } from "../report/table.ts";
import { inRounds, type Rounds } from "../rounds.ts";
import { runWorker } from "../run-worker.ts";

/** Megabytes. */
interface MemoryFigures {
  /** Pushes that were really unanswered when it was looked at. */
  readonly onTheirWay: number;
  readonly heapPerThousand: number;
  readonly rssPerThousand: number;
  /** What a client keeps once a thousand have been answered: connections, caches, compiled code. */
  readonly idleAfter: number;
}

type MemoryResult = readonly {
  readonly bytes: number;
  readonly clients: Rounds<MemoryFigures>;
}[];

/** apns2 sends 32 at a time and hapns opens a connection for each: both take too long for a first look. */
const QUICK = SENDERS.filter(client => client !== "apns2" && client !== "hapns");

// A heap is the same each time: one round is enough.
const PLANS = { quick: { sizes: [150], clients: QUICK }, full: { sizes: [150, 5000], clients: SENDERS } } as const;
/** The most that a thousand pushes of 150 bytes may hold: megabytes. */
const BUDGETS = [
  ["apns-voip send", 2],
  ["apns-voip sendCall", 4.5],
] as const;
const IN_FLIGHT = 1000;
/** Milliseconds: long enough for a thousand pushes to be on their way at once. */
const ROUND_TRIP = 1000;

/** What a thousand pushes on their way hold in memory. */
export const memory: Part<MemoryResult> = {
  name: "memory",
  title: "Memory per 1,000 in flight",
  async measure({ server, delays, depth, say }) {
    const target = await delays.target(server.target, ROUND_TRIP);
    const { sizes, clients: measured } = PLANS[depth];
    const results = [];
    for (const bytes of sizes) {
      say(`${bytes} bytes`);
      const work = { inFlight: IN_FLIGHT, bytes, roundTrip: ROUND_TRIP };
      const clients = await inRounds(1, measured, client =>
        runWorker<MemoryFigures>(client, "memory", target, work, { execArgv: ["--expose-gc"] }),
      );
      results.push({ bytes, clients });
    }
    return results;
  },
  report: results =>
    results
      .map(({ bytes, clients }) => {
        const rows = Object.entries(clients).map(([client, rounds]) => [
          client,
          median(rounds.map(round => round.heapPerThousand)),
          median(rounds.map(round => round.rssPerThousand)),
          median(rounds.map(round => round.idleAfter)),
          median(rounds.map(round => round.onTheirWay)),
        ]);
        const header = [
          "client",
          "heap and buffers, MB",
          "resident, MB",
          "kept when answered, MB",
          "really on their way",
        ];
        return `**${bytes} bytes of payload**\n\n${table(header, rows)}`;
      })
      .join("\n\n"),
  budgets: results =>
    BUDGETS.map(([client, megabytes]) => {
      const rounds = results.find(({ bytes }) => bytes === 150)?.clients[client] ?? [];
      return atMost(
        `${client}, a thousand on their way, heap and buffers, MB`,
        median(rounds.map(round => round.heapPerThousand)),
        megabytes,
      );
    }),
  plots: results =>
    Object.fromEntries(
      results.map(({ bytes, clients }) => [
        `memory-in-flight-${bytes}.svg`,
        bars({
          title: `Heap and buffers per 1,000 pushes in flight, ${bytes} bytes each`,
          unit: "MB",
          bars: Object.entries(clients).map(([label, rounds]) => ({
            label,
            values: rounds.map(round => round.heapPerThousand ?? Number.NaN),
          })),
        }),
      ]),
    ),
};
