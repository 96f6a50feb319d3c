/**
 * How much of the bare driver's speed a device store leaves (the same statements, commands and scripts, sent by hand), and
 * whether its queries still read an index in a large table:
 *
 *     npm run bench:stores                         a hundred thousand rows
 *     npm run bench:stores -- --rows 10000000      ten million: some minutes, and five gigabytes of disk
 *     npm run bench:stores -- --only redis
 *
 * Wants PostgreSQL at DATABASE_URL and Redis at REDIS_URL, works in a schema and under a prefix of its own, and leaves
 * nothing behind. Store and bare driver take turns in rounds; what counts is the median of the rounds' ratios.
 */
import { parseArgs } from "node:util";
import { describeMachine, load } from "./machine.ts";
import { median, medianRatio } from "./report/median.ts";
import { table } from "./report/table.ts";
import type { Contest, Contestant, Field } from "./stores/contest.ts";
import { operationsPerSecond } from "./stores/operations-per-second.ts";
import { postgresField } from "./stores/postgres.ts";
import { redisField } from "./stores/redis.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    rounds: { type: "string", default: "9" },
    milliseconds: { type: "string", default: "1000" },
    only: { type: "string", default: "postgres,redis" },
  },
});
const rows = Number(values.rows);
const say = (line: string) => console.error(line);
const FIELDS: Readonly<Record<string, () => Promise<Field>>> = {
  postgres: () => postgresField(process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test", rows, say),
  redis: () => redisField(process.env.REDIS_URL ?? "redis://127.0.0.1:6379", Math.min(rows, 100_000), say),
};

const { node, cpu, cores } = await describeMachine("");
console.log(`Node.js ${node}, ${cores} cores of ${cpu}, ${rows.toLocaleString("en")} rows, load ${load()}\n`);

for (const name of values.only.split(",")) {
  await using field = await FIELDS[name]!();
  const lines = [];
  for (const contest of field.contests) lines.push(await hold(contest));
  console.log(`${table(["", "store per second", "by hand per second", "ratio", "wanted"], lines)}\n`);
  for (const [statement, plan] of Object.entries(field.plans)) console.log(`${statement}\n\n${plan}\n`);
}
console.log(`load ${load()}`);

async function hold({ what, store, driver, wanted }: Contest): Promise<(string | number | undefined)[]> {
  const speed = (contestant: Contestant) => operationsPerSecond(contestant, Number(values.milliseconds));
  await speed(store);
  await speed(driver);
  const speeds: { store: number; driver: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    // Who goes first changes, so that nobody always has the cold caches.
    if (round % 2 === 0) speeds.push({ store: await speed(store), driver: await speed(driver) });
    else speeds.push({ driver: await speed(driver), store: await speed(store) });
    say(`${what}: ${Math.round(speeds.at(-1)!.store)} against ${Math.round(speeds.at(-1)!.driver)}`);
  }
  const [ours, theirs] = [speeds.map(({ store }) => store), speeds.map(({ driver }) => driver)];
  return [what, median(ours), median(theirs), medianRatio(ours, theirs)?.toFixed(2), wanted && `≥ ${wanted}`];
}
