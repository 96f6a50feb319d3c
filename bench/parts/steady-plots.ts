import { type ClientName, PROTOTYPE } from "../clients.ts";
import { bars } from "../report/bars.ts";
import { lines } from "../report/lines.ts";
import { isMain, type SteadyFigures, type SteadyResult } from "./steady.ts";
import { typical } from "./steady-report.ts";

export function steadyPlots(results: readonly SteadyResult[]): Record<string, string> {
  const main = results.find(isMain);
  return {
    ...(main && {
      "pushes-per-second.svg": barsOf(withoutPrototype(main), "pushesPerSecond", "Pushes per second", "/s"),
      "cpu-per-push.svg": barsOf(main, "cpuPerPush", "CPU per push", "µs"),
    }),
    ...Object.fromEntries([0, 40].flatMap(latency => byInFlight(results, latency))),
  };
}

/** The prototype's bar is so long that the others beside it would look alike. */
function withoutPrototype(result: SteadyResult): SteadyResult {
  const { [PROTOTYPE]: _prototype, ...clients } = result.clients;
  return { ...result, clients };
}

function barsOf(result: SteadyResult, figure: keyof SteadyFigures, what: string, unit: string): string {
  return bars({
    title: `${what}, ${result.inFlight} in flight, ${result.bytes} bytes`,
    unit,
    bars: Object.entries(result.clients).map(([label, rounds]) => ({
      label,
      values: rounds.map(round => round[figure] ?? Number.NaN),
    })),
  });
}

/** How the rate grows with what is in flight, at one distance. */
function byInFlight(results: readonly SteadyResult[], latency: number): [string, string][] {
  const cases = results.filter(result => result.latency === latency && result.bytes === 150);
  if (cases.length < 2) return [];
  const clients = Object.keys(cases[0]!.clients) as ClientName[];
  const plot = lines({
    title: `Pushes per second, ${latency} ms of round trip added, 150 bytes`,
    x: { label: "in flight", log: true },
    y: { label: "pushes/s", log: true },
    series: clients.map(label => ({
      label,
      points: cases.map(each => [each.inFlight, typical(each, label, "pushesPerSecond") ?? Number.NaN] as const),
    })),
  });
  return [[`in-flight-${latency}ms.svg`, plot]];
}
