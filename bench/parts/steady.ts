import { CLIENTS } from "../clients.ts";
import type { Context, Depth, Part } from "../part.ts";
import { inRounds, type Rounds } from "../rounds.ts";
import { runWorker } from "../run-worker.ts";
import { steadyBudgets } from "./steady-budgets.ts";
import { steadyPlots } from "./steady-plots.ts";
import { steadyReport } from "./steady-report.ts";

/** What a worker measures of a steady stream. Times in milliseconds, CPU in microseconds, memory in megabytes. */
export interface SteadyFigures {
  readonly pushes: number;
  readonly failed: number;
  readonly pushesPerSecond: number;
  readonly cpuPerPush: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly loopDelayMean: number;
  readonly loopDelayP99: number;
  readonly handshakes: number;
  readonly rss: number;
}

export interface SteadyCase {
  readonly inFlight: number;
  /** Milliseconds of round trip added. */
  readonly latency: number;
  /** Bytes of JSON per push. */
  readonly bytes: number;
}

export interface SteadyResult extends SteadyCase {
  readonly clients: Rounds<SteadyFigures>;
  /** Requests per second of `h2load`, per round; only where no latency was added. */
  readonly ceiling: readonly number[];
}

interface SteadyPlan {
  readonly cases: readonly SteadyCase[];
  /** Times for the cases that have budgets near Apple, and for the others. */
  readonly budgets: SteadyTimes;
  readonly others: SteadyTimes;
}

/** Times in milliseconds. Before `warmUp` has passed, it is V8's compiler that is measured: a server runs for days. */
interface SteadyTimes {
  readonly rounds: number;
  readonly warmUp: number;
  readonly measure: number;
}

/** The case that most budgets are about. */
const MAIN: SteadyCase = { inFlight: 500, latency: 0, bytes: 150 };

const ALL: readonly SteadyCase[] = [150, 5000].flatMap(bytes =>
  [0, 40].flatMap(latency => [1, 50, 500].map(inFlight => ({ inFlight, latency, bytes }))),
);

const PLANS: Readonly<Record<Depth, SteadyPlan>> = {
  quick: {
    cases: ALL.filter(({ bytes, inFlight, latency }) => bytes === 150 && (latency === 0 || inFlight === 500)),
    budgets: { rounds: 3, warmUp: 3000, measure: 1500 },
    others: { rounds: 3, warmUp: 1000, measure: 800 },
  },
  full: {
    cases: ALL,
    budgets: { rounds: 7, warmUp: 3000, measure: 2000 },
    others: { rounds: 3, warmUp: 1000, measure: 800 },
  },
};

export function isMain({ inFlight, latency, bytes }: SteadyCase): boolean {
  return inFlight === MAIN.inFlight && latency === MAIN.latency && bytes === MAIN.bytes;
}

function hasBudget({ latency, bytes }: SteadyCase): boolean {
  return latency === MAIN.latency && bytes === MAIN.bytes;
}

/** A steady stream of pushes: each answered one is followed by the next. */
export const steady: Part<readonly SteadyResult[]> = {
  name: "steady",
  title: "A steady stream",
  async measure(context) {
    const { cases, budgets, others } = PLANS[context.depth];
    const results: SteadyResult[] = [];
    for (const each of cases) {
      context.say(`${each.inFlight} in flight, ${each.latency} ms added, ${each.bytes} bytes`);
      results.push(await measureCase(context, each, hasBudget(each) ? budgets : others));
    }
    return results;
  },
  report: steadyReport,
  budgets: steadyBudgets,
  plots: steadyPlots,
};

async function measureCase(
  { server, delays }: Context,
  { inFlight, latency, bytes }: SteadyCase,
  { rounds, warmUp, measure }: SteadyTimes,
): Promise<SteadyResult> {
  const target = await delays.target(server.target, latency);
  // What decides its own number in flight is measured once per latency and size.
  const contenders = CLIENTS.filter(client => inFlight === MAIN.inFlight || client !== "apns-voip sendAll");
  const ceiling: number[] = [];
  const clients = await inRounds(rounds, contenders, async (client, round) => {
    if (latency === 0 && ceiling.length === round) ceiling.push(await server.ceiling(inFlight, bytes));
    return runWorker<SteadyFigures>(client, "steady", target, { inFlight, bytes, warmUp, measure });
  });
  return { inFlight, latency, bytes, ceiling, clients };
}
