/**
 * Tries the model of calls on many random sequences: `npm run model:calls -- --runs 10000 --store redis`. Says what it has seen;
 * exit code 1, with the shortest sequence that it could find, when something does not hold.
 */
import { parseArgs } from "node:util";
import { redisCallStore } from "apns-voip/redis";
import { memoryCallStore } from "apns-voip/signal";
import fc from "fast-check";
import { Redis } from "ioredis";
import { nothingSeen, runModel, steps } from "./model.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    store: { type: "string", default: "memory" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});

const seen = nothingSeen();
const redis = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379", { lazyConnect: true });
const prefix = `apns_voip_model_${process.pid}`;
let runs = 0;
const makeStore = () =>
  values.store === "redis" ? redisCallStore(redis, { prefix: `${prefix}:${++runs}:` }) : memoryCallStore();

const details = await fc.check(
  fc.asyncProperty(steps, todo => runModel(todo, makeStore(), seen)),
  { numRuns: Number(values.runs), seed: Number(values.seed) },
);
console.log(`${details.numRuns} sequences on the ${values.store} store, seed ${details.seed}`);
for (const [what, count] of Object.entries(seen)) console.log(`${what.padEnd(10)}${String(count).padStart(10)}`);
if (details.failed) console.log(await fc.asyncDefaultReportMessage(details), details.errorInstance);
process.exitCode = details.failed ? 1 : 0;

if (values.store === "redis") {
  for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1_000 }))
    if (keys.length > 0) await redis.unlink(keys);
}
redis.disconnect();
