import { type ClientName, LIBRARIES } from "../clients.ts";
import type { Budget, Context, Part } from "../part.ts";
import { table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

/** Milliseconds of a push just before and just after the quiet time, and of CPU during it; megabytes. */
interface QuietFigures {
  readonly before: number;
  readonly after: number;
  readonly accepted: boolean;
  readonly newHandshakes: number;
  readonly quietCpu: number;
  readonly residentGrowth: number;
}

type QuietResult = Readonly<Partial<Record<ClientName, QuietFigures>>>;

const MINUTE = 60_000;

/** A real minute without a push. Not in a quick run. */
export const quiet: Part<QuietResult> = {
  name: "quiet",
  title: "Push after a minute of quiet",
  measure: context => (context.depth === "full" ? stayQuiet(context, MINUTE) : Promise.resolve({})),
  report: reportQuiet,
  budgets: result => [noHandshake(result)],
};

/** Twenty minutes without a push, only when asked for: `--with idle`. */
export const idle: Part<QuietResult> = {
  name: "idle",
  title: "How it grows: twenty minutes idle",
  measure: context => (context.extras.has("idle") ? stayQuiet(context, 20 * MINUTE) : Promise.resolve({})),
  report: reportQuiet,
};

/** All clients are quiet at the same time, because none needs the machine meanwhile. */
async function stayQuiet({ server }: Context, milliseconds: number): Promise<QuietResult> {
  const figures = LIBRARIES.map(async (client, index) => {
    // One after the other, so that no two push in the same moment.
    await new Promise(resolve => setTimeout(resolve, index * 1000));
    const options = { patience: milliseconds / 1000 + 60 };
    const work = { quiet: milliseconds };
    return [client, await runWorker<QuietFigures>(client, "quiet", server.target, work, options)] as const;
  });
  return Object.fromEntries(await Promise.all(figures));
}

const HEADER = [
  "client",
  "push before, ms",
  "push after, ms",
  "new handshakes",
  "CPU meanwhile, ms",
  "resident growth, MB",
  "accepted",
];

function reportQuiet(result: QuietResult): string {
  const rows = Object.entries(result).map(([client, figures]) => [
    client,
    figures.before,
    figures.after,
    figures.newHandshakes,
    figures.quietCpu,
    figures.residentGrowth,
    figures.accepted ? "yes" : "no",
  ]);
  return rows.length > 0 ? table(HEADER, rows) : "Not measured in this run.";
}

function noHandshake(result: QuietResult): Budget {
  const handshakes = result["apns-voip send"]?.newHandshakes;
  return {
    what: "apns-voip send after a quiet minute, new handshakes",
    wanted: "0",
    measured: handshakes === undefined ? "not measured" : String(handshakes),
    met: handshakes === undefined ? undefined : handshakes === 0,
  };
}
