import type { Part } from "../part.ts";
import { lines } from "../report/lines.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

interface DevicesResult {
  readonly devicesPerUser: number;
  readonly failed: number;
  /** Milliseconds from the call to its report. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU. */
  readonly cpuPerPush: number;
}

const DEVICES_PER_USER = [1, 3, 10, 30, 100, 300, 1000];
/** Pushes measured at each number of devices; at least 20 calls. */
const PUSHES = { quick: 2000, full: 20_000 } as const;

/** One call to a user with more and more devices. */
export const devices: Part<readonly DevicesResult[]> = {
  name: "devices",
  title: "How it grows: devices per user",
  async measure({ server, depth }) {
    const results = [];
    for (const devicesPerUser of DEVICES_PER_USER) {
      const calls = Math.max(20, Math.min(500, Math.ceil(PUSHES[depth] / devicesPerUser)));
      const work = { devicesPerUser, calls };
      const figures = await runWorker<DevicesResult>("apns-voip sendCall", "devices", server.target, work);
      results.push({ ...figures, devicesPerUser });
    }
    return results;
  },
  report: results =>
    table(
      ["devices of the user", "call p50, ms", "call p99, ms", "CPU µs/push", "failed"],
      results.map(({ devicesPerUser, p50, p99, cpuPerPush, failed }) => [devicesPerUser, p50, p99, cpuPerPush, failed]),
    ),
  plots: results => ({
    "devices-per-user.svg": lines({
      title: "One call to a user with so many devices",
      x: { label: "devices of the user", log: true },
      y: { label: "ms", log: true },
      series: [
        { label: "p50", points: results.map(({ devicesPerUser, p50 }) => [devicesPerUser, p50] as const) },
        { label: "p99", points: results.map(({ devicesPerUser, p99 }) => [devicesPerUser, p99] as const) },
      ],
    }),
  }),
};
