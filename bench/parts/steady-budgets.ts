import type { ClientName } from "../clients.ts";
import { atLeast, type Budget } from "../part.ts";
import { isMain, type SteadyResult } from "./steady.ts";
import { comparison } from "./steady-report.ts";

/** Pushes per second by those of somebody else in the same round. */
const RATIOS: readonly (readonly [ClientName, ClientName, number])[] = [
  ["apns-voip send", "undici 8 dispatch", 0.9],
  ["apns-voip send", "node:http2", 0.75],
  ["apns-voip send", "node-apn Provider", 1],
  ["apns-voip send", "apns2", 1.8],
  ["apns-voip send", "hapns", 1.8],
  ["apns-voip sendCall", "node:http2", 0.6],
];

export function steadyBudgets(results: readonly SteadyResult[]): readonly Budget[] {
  const main = results.find(isMain);
  return RATIOS.map(([one, other, wanted]) =>
    atLeast(`${one} ÷ ${other}, pushes/s`, main && comparison(main, one, other, "pushesPerSecond"), wanted),
  );
}
