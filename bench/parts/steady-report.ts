import type { ClientName } from "../clients.ts";
import { median, medianRatio } from "../report/median.ts";
import { table } from "../report/table.ts";
import type { SteadyFigures, SteadyResult } from "./steady.ts";

type Figure = keyof SteadyFigures;

/** Median of one figure of one client. */
export function typical({ clients }: SteadyResult, client: ClientName, figure: Figure): number | undefined {
  return median((clients[client] ?? []).map(round => round[figure]));
}

/** Median over the rounds of one client's figure by another's in the same round. */
export function comparison(
  { clients }: SteadyResult,
  one: ClientName,
  other: ClientName,
  figure: Figure,
): number | undefined {
  return medianRatio(
    (clients[one] ?? []).map(round => round[figure]),
    (clients[other] ?? []).map(round => round[figure]),
  );
}

export function steadyReport(results: readonly SteadyResult[]): string {
  return results.map(result => `${heading(result)}\n\n${steadyTable(result)}`).join("\n\n");
}

function heading({ inFlight, latency, bytes }: SteadyResult): string {
  return `**${inFlight} in flight, ${latency} ms of round trip added, ${bytes} bytes of payload**`;
}

const HEADER = [
  "client",
  "pushes/s",
  "`send` ÷ it",
  "CPU µs/push",
  "`send` ÷ it",
  "p50 ms",
  "p99 ms",
  "loop delay p99 ms",
  "handshakes",
  "failed",
];

function steadyTable(result: SteadyResult): string {
  const rows = Object.entries(result.clients).map(([name, rounds]) => {
    const client = name as ClientName;
    const send = (figure: Figure) => comparison(result, "apns-voip send", client, figure);
    return [
      name,
      typical(result, client, "pushesPerSecond"),
      send("pushesPerSecond"),
      typical(result, client, "cpuPerPush"),
      send("cpuPerPush"),
      typical(result, client, "p50"),
      typical(result, client, "p99"),
      typical(result, client, "loopDelayP99"),
      typical(result, client, "handshakes"),
      rounds.reduce((sum, { failed = 0 }) => sum + failed, 0),
    ];
  });
  const ceiling = median(result.ceiling);
  return table(HEADER, ceiling === undefined ? rows : [...rows, ["h2load, the machine's ceiling", ceiling]]);
}
