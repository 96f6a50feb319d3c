import { CLIENTS, type ClientName } from "../clients.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import { inRounds } from "../rounds.ts";
import { runWorker } from "../run-worker.ts";
import type { Nghttpd } from "../servers/nghttpd.ts";

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
  readonly bytes: number;
}

export interface SteadyResult extends SteadyCase {
  readonly clients: Readonly<Partial<Record<ClientName, readonly SteadyFigures[]>>>;
  /** Requests per second of `h2load`, per round. */
  readonly ceiling: readonly number[];
}

export interface SteadyPlan {
  readonly rounds: number;
  /** Milliseconds. */
  readonly warmUp: number;
  readonly measure: number;
}

export async function measureSteady(
  server: Nghttpd,
  { inFlight, latency, bytes }: SteadyCase,
  { rounds, warmUp, measure }: SteadyPlan,
): Promise<SteadyResult> {
  const ceiling: number[] = [];
  const figures = await inRounds(rounds, CLIENTS, async (client, round) => {
    if (ceiling.length === round) ceiling.push(await server.ceiling(inFlight, bytes, 20_000));
    return runWorker<SteadyFigures>(client, "steady", server.target, { inFlight, bytes, warmUp, measure });
  });
  return { inFlight, latency, bytes, ceiling, clients: Object.fromEntries(figures) };
}

export function steadyTable({ clients, ceiling }: SteadyResult): string {
  const ours = clients["apns-voip send"] ?? [];
  const rows = Object.entries(clients).map(([client, rounds]) => {
    const of = (figure: keyof SteadyFigures) => median(rounds.map(round => round[figure]));
    const times = (figure: keyof SteadyFigures) =>
      medianRatio(
        ours.map(round => round[figure]),
        rounds.map(round => round[figure]),
      );
    return [
      client,
      of("pushesPerSecond"),
      times("pushesPerSecond"),
      of("cpuPerPush"),
      times("cpuPerPush"),
      of("p50"),
      of("p99"),
      of("loopDelayP99"),
      of("handshakes"),
      rounds.reduce((sum, { failed }) => sum + failed, 0),
    ];
  });
  return table(HEADER, [...rows, ["h2load (the machine's ceiling)", median(ceiling)]]);
}

const HEADER = [
  "client",
  "pushes/s",
  "send ÷ it",
  "CPU µs/push",
  "send ÷ it",
  "p50 ms",
  "p99 ms",
  "loop p99 ms",
  "handshakes",
  "failed",
];
