import type { ClientName } from "../clients.ts";
import { atLeast, atMost, type Budget } from "../part.ts";
import { median } from "../report/median.ts";
import { isMain, type SteadyCase, type SteadyResult } from "./steady.ts";
import { comparison, typical } from "./steady-report.ts";

/** By how many pushes are in flight: what is compared with @parse/node-apn, and the least it must be of it. */
const RATES: readonly (readonly [number, ClientName, number])[] = [
  [500, "apns-voip send", 6],
  [50, "apns-voip send", 4],
  [1, "apns-voip send", 2],
  [500, "apns-voip sendCall", 3.5],
  [500, "apns-voip sendAll", 6],
];

/** With 500 in flight: the most CPU that may be used of what @parse/node-apn uses. */
const CPU: readonly (readonly [ClientName, number])[] = [
  ["apns-voip send", 0.12],
  ["apns-voip sendCall", 0.22],
];

const THEM: ClientName = "node-apn Provider";
const SMALL = 150;
const FAR = 40;

export function steadyBudgets(results: readonly SteadyResult[]): readonly Budget[] {
  const find = (wanted: Partial<SteadyCase>) =>
    results.find(result =>
      Object.entries({ latency: 0, bytes: SMALL, ...wanted }).every(
        ([name, value]) => result[name as keyof SteadyCase] === value,
      ),
    );
  const main = results.find(isMain);
  return [
    ...RATES.map(([inFlight, client, wanted]) => {
      const result = find({ inFlight });
      const ratio = result && comparison(result, client, THEM, "pushesPerSecond");
      return atLeast(`${client} ÷ ${THEM}, pushes/s, ${inFlight} in flight`, ratio, wanted);
    }),
    ...CPU.map(([client, wanted]) =>
      atMost(`CPU of ${client} ÷ ${THEM}, 500 in flight`, main && comparison(main, client, THEM, "cpuPerPush"), wanted),
    ),
    atLeast("apns-voip send ÷ h2load, requests/s, 500 in flight", main && ofCeiling(main), 0.5),
    atLeast(
      `apns-voip send with ${FAR} ms of round trip, 500 in flight ÷ the line's limit`,
      ofLine(find({ inFlight: 500, latency: FAR })),
      0.9,
    ),
  ];
}

function ofCeiling(result: SteadyResult): number | undefined {
  const [rate, ceiling] = [typical(result, "apns-voip send", "pushesPerSecond"), median(result.ceiling)];
  return rate === undefined || ceiling === undefined ? undefined : rate / ceiling;
}

/** No client can have more answers a second than are in flight in one round trip. */
function ofLine(result: SteadyResult | undefined): number | undefined {
  const rate = result && typical(result, "apns-voip send", "pushesPerSecond");
  return rate === undefined || result === undefined ? undefined : rate / (result.inFlight / (result.latency / 1000));
}
