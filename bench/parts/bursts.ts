import type { ClientName } from "../clients.ts";
import { atMost, type Part } from "../part.ts";
import { lines } from "../report/lines.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

interface BurstResult {
  readonly client: ClientName;
  readonly count: number;
  readonly accepted: number;
  readonly seconds: number;
  readonly pushesPerSecond: number;
  /** Megabytes of resident memory above what the client had before. */
  readonly peak: number;
  readonly handshakes: number;
}

const CLIENTS: readonly ClientName[] = ["apns-voip send", "node-apn Provider"];
/** The most memory that a burst of so many may hold: megabytes. */
const LARGEST = { count: 100_000, megabytes: 250 };
const COUNTS = { quick: [100, 1000, 10_000], full: [100, 1000, 10_000, 100_000] } as const;

/** All at once, as after an outage or at the start of a broadcast. */
export const bursts: Part<readonly BurstResult[]> = {
  name: "bursts",
  title: "How it grows: bursts",
  async measure({ server, depth }) {
    const results = [];
    for (const count of COUNTS[depth]) {
      for (const client of CLIENTS) {
        const figures = await runWorker<BurstResult>(client, "burst", server.target, { count });
        results.push({ ...figures, client, count });
      }
    }
    return results;
  },
  report: results =>
    table(
      ["client", "pushes at once", "accepted", "seconds", "pushes/s", "memory above idle, MB", "handshakes"],
      results.map(({ client, count, accepted, seconds, pushesPerSecond, peak, handshakes }) => [
        client,
        count,
        accepted,
        seconds,
        pushesPerSecond,
        peak,
        handshakes,
      ]),
    ),
  budgets: results => {
    const burst = results.find(({ client, count }) => client === "apns-voip send" && count === LARGEST.count);
    return [atMost(`a burst of ${LARGEST.count}, memory above idle, MB`, burst?.peak, LARGEST.megabytes)];
  },
  plots: results => ({
    "bursts.svg": lines({
      title: "Memory of a burst above idle, MB",
      x: { label: "pushes at once", log: true },
      y: { label: "MB", log: true },
      series: CLIENTS.map(label => ({
        label,
        points: results.filter(({ client }) => client === label).map(({ count, peak }) => [count, peak] as const),
      })),
    }),
  }),
};
