import type { Part } from "../part.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

interface RingFigures {
  /** Milliseconds from the call to the ringing phone. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU, the mock's and the phone's among them. */
  readonly cpuPerCall: number;
}

type RingResult = Readonly<Record<"with" | "without", RingFigures>>;

const CALLS = 1000;

/** What receipts cost: 1,000 calls with and 1,000 without, through the mock, whose phone reports each. */
export const ring: Part<RingResult> = {
  name: "ring",
  title: "Time to ring, with and without receipts",
  measure: ({ server }) => runWorker<RingResult>("apns-voip sendCall", "ring", server.target, { calls: CALLS }),
  report: result =>
    table(
      ["receipts", "time to ring p50, ms", "p99, ms", "CPU µs/call, mock and phone included"],
      (["without", "with"] as const).map(way => {
        const { p50, p99, cpuPerCall } = result[way];
        return [way, p50, p99, cpuPerCall];
      }),
    ),
};
