import { parseArgs } from "node:util";
import fc from "fast-check";
import { anyServer } from "./fuzz.ts";
import { goodServer } from "./good-server.ts";

/**
 * `npm run fuzz:http2 -- --runs 100000 --seed 7`: servers that send anything, for as long as you like, and a tenth as many that
 * are right.
 */
const { values } = parseArgs({ options: { runs: { type: "string", default: "20000" }, seed: { type: "string" } } });
const ROUND = 2000;
const MOST_GROWTH = 64 * 1024 * 1024;

const runs = Number(values.runs);
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
console.log(`${runs} runs, seed ${seed}`);
let first: number | undefined;
for (let done = 0; done < runs; done += ROUND) {
  await fc.assert(anyServer, { numRuns: Math.min(ROUND, runs - done), seed: seed + done });
  await fc.assert(goodServer, { numRuns: Math.ceil(Math.min(ROUND, runs - done) / 10), seed: seed + done });
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed;
  first ??= heap;
  console.log(`${Math.min(done + ROUND, runs)} runs, heap ${(heap / 1e6).toFixed(1)} MB`);
  if (heap - first > MOST_GROWTH) throw new Error("the heap grows with the runs");
}
console.log(`${runs} servers that send anything, ${Math.ceil(runs / 10)} that are right: every promise was kept.`);
