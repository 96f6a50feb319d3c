import type { Part } from "../part.ts";
import { lines } from "../report/lines.ts";
import { show, table } from "../report/table.ts";
import { runWorker } from "../run-worker.ts";

interface BulkResult {
  readonly pushes: number;
  readonly failed: number;
  readonly seconds: number;
  readonly pushesPerSecond: number;
  readonly cpuPerPush: number;
  /** Megabytes, along the way. */
  readonly memory: readonly { readonly pushes: number; readonly rss: number; readonly heap: number }[];
}

const COUNT = { quick: 50_000, full: 1_000_000 } as const;
const SAMPLES = 200;
/** Pushes after which memory is expected to stay where it is. */
const WARM_UP = 100_000;
const MOST_GROWTH = 100;

/** A million pushes through `sendAll`: bounded memory, no failure. */
export const bulk: Part<BulkResult> = {
  name: "bulk",
  title: "A million pushes through `sendAll`",
  measure: ({ server, depth }) =>
    runWorker<BulkResult>(
      "apns-voip sendAll",
      "bulk",
      server.target,
      { count: COUNT[depth], bytes: 150, samples: SAMPLES },
      { patience: 1200 },
    ),
  report: result =>
    table(
      ["pushes", "failed", "seconds", "pushes/s", "CPU µs/push", "resident growth after warm-up, MB"],
      [[show(result.pushes), result.failed, result.seconds, result.pushesPerSecond, result.cpuPerPush, growth(result)]],
    ),
  budgets: result => [
    {
      what: `apns-voip sendAll of ${show(result.pushes)}: failures`,
      wanted: "0",
      measured: String(result.failed),
      met: result.failed === 0,
    },
    {
      what: `apns-voip sendAll of ${show(result.pushes)}: memory growth after warm-up, MB`,
      wanted: `< ${MOST_GROWTH}`,
      measured: show(growth(result)),
      met: isUnder(MOST_GROWTH, growth(result)),
    },
  ],
  plots: ({ memory }) => ({
    "bulk-memory.svg": lines({
      title: "Memory while sendAll sends, MB",
      x: { label: "pushes sent" },
      y: { label: "MB" },
      series: [
        { label: "resident", points: memory.map(({ pushes, rss }) => [pushes, rss] as const) },
        { label: "JavaScript heap", points: memory.map(({ pushes, heap }) => [pushes, heap] as const) },
      ],
    }),
  }),
};

/** From the highest of the warm-up to the highest after it; `undefined` of a run that was over before. */
function growth({ memory }: BulkResult): number | undefined {
  const [before, after] = [true, false].map(warmingUp =>
    memory.filter(({ pushes }) => pushes <= WARM_UP === warmingUp).map(({ rss }) => rss),
  );
  return before?.length && after?.length ? Math.max(0, Math.max(...after) - Math.max(...before)) : undefined;
}

function isUnder(most: number, measured: number | undefined): boolean | undefined {
  return measured === undefined ? undefined : measured < most;
}
