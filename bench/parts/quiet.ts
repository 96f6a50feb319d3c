import { type ClientName, LIBRARIES } from "../clients.ts";
import type { Part } from "../part.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

/** Milliseconds of a push just before and just after the quiet time, and of CPU during it. */
interface QuietFigures {
  readonly before: number;
  readonly after: number;
  readonly accepted: boolean;
  readonly newHandshakes: number;
  readonly quietCpu: number;
}

type QuietResult = Readonly<Partial<Record<ClientName, QuietFigures>>>;

const QUIET = 60_000;

/** A real minute without a push, everybody at once: nobody needs the machine meanwhile. Not in a quick run. */
export const quiet: Part<QuietResult> = {
  name: "quiet",
  title: "Push after a minute of quiet",
  async measure({ server, depth }) {
    if (depth === "quick") return {};
    const figures = LIBRARIES.map(async (client, index) => {
      // One after the other, so that no two push in the same moment.
      await new Promise(resolve => setTimeout(resolve, index * 1000));
      return [client, await runWorker<QuietFigures>(client, "quiet", server.target, { quiet: QUIET })] as const;
    });
    return Object.fromEntries(await Promise.all(figures));
  },
  report(result) {
    const rows = Object.entries(result).map(([client, { before, after, newHandshakes, quietCpu, accepted }]) => [
      client,
      before,
      after,
      newHandshakes,
      quietCpu,
      accepted ? "yes" : "no",
    ]);
    if (rows.length === 0) return "Not measured in a quick run.";
    const header = ["client", "push before, ms", "push after, ms", "new handshakes", "CPU meanwhile, ms", "accepted"];
    return table(header, rows);
  },
  budgets(result) {
    const handshakes = result["apns-voip send"]?.newHandshakes;
    return [
      {
        what: "apns-voip send after a quiet minute, new handshakes",
        wanted: "0",
        measured: handshakes === undefined ? "not measured" : String(handshakes),
        met: handshakes === undefined ? undefined : handshakes === 0,
      },
    ];
  },
};
