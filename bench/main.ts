/**
 * Everything measured side by side: `npm run bench` (`-- --quick` for a first look).
 *
 * Each client runs in a process of its own, against a server in another; all take turns in rounds on this machine, and what
 * counts are the medians of the ratios of each round.
 */
import { parseArgs } from "node:util";
import { measureSteady, steadyTable } from "./parts/steady.ts";
import { startNghttpd } from "./servers/nghttpd.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const plan = values.quick ? { rounds: 3, warmUp: 500, measure: 1000 } : { rounds: 5, warmUp: 1000, measure: 3000 };

await using server = await startNghttpd();
const result = await measureSteady(server, { inFlight: 500, latency: 0, bytes: 150 }, plan);
console.log(steadyTable(result));
