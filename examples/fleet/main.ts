/**
 * A fleet under fire: four API servers and two signal servers on PostgreSQL and Redis, a mock of Apple, and people who call
 * each other while the servers are killed.
 *
 *     npm run fleet -- --seconds 60 --pairs 40 --seed 1
 *
 * Wants PostgreSQL at DATABASE_URL and Redis at REDIS_URL, and leaves nothing behind in them. Exit code 0 only if no call
 * was lost, none rang twice, stopped early or rang on, every answer reached its caller, and never more than two provider
 * tokens were alive.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startFleet } from "./fleet.ts";
import { killAgainAndAgain } from "./kills.ts";
import { createRandom } from "./random.ts";
import { reportOn } from "./report.ts";
import { startTraffic } from "./traffic.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    pairs: { type: "string", default: "40" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
const [seconds, pairs, seed] = [Number(values.seconds), Number(values.pairs), Number(values.seed)];
/** Milliseconds: provider tokens change with the half hour. */
const HALF_HOUR = 30 * 60_000;
/** Milliseconds that the fleet takes to start, about. */
const START = 8_000;
/** Milliseconds after the last call in which a push that comes late would still be noticed. */
const AFTERMATH = 3_000;

const random = createRandom(seed);
// The clocks are set so that a half hour turns in the middle: some connections are of before, some of after.
const clockAhead = HALF_HOUR - ((Date.now() + START + seconds * 500) % HALF_HOUR);
const fleet = await startFleet({
  databaseUrl: process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test",
  redisUrl: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
  seed,
  clockAhead,
}).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`${fleet.name}: 4 API servers, 2 signal servers, ${pairs} pairs of people; ${seconds} s, seed ${seed}`);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void fleet.close().finally(() => process.exit(130)));
}

try {
  const delays = monitorEventLoopDelay();
  delays.enable();
  const traffic = await startTraffic(fleet, pairs, random);
  const kills = await killAgainAndAgain(fleet, traffic, random, AbortSignal.timeout(seconds * 1_000));
  await traffic.stop();
  await delay(AFTERMATH);
  const { lines, isGood } = await reportOn(traffic.calls, kills, fleet.apple, {
    worst: delays.max / 1e6,
    most: delays.percentile(99) / 1e6,
  });
  console.log(lines.join("\n"));
  process.exitCode = isGood ? 0 : 1;
} finally {
  await fleet.close();
}
process.exit();
