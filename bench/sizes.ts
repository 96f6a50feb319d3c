/**
 * What one more phone takes: bytes in PostgreSQL, bytes in Redis, bytes in a signal server. `docs/scaling.md` multiplies them.
 *
 *     npm run bench:sizes                      a million rows, half a minute
 *     npm run bench:sizes -- --rows 100000
 *
 * Wants PostgreSQL at DATABASE_URL and Redis 7 at REDIS_URL, works in a schema and under a prefix of its own, and leaves
 * nothing behind.
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { load } from "./machine.ts";
import { table } from "./report/table.ts";
import { postgresSizes } from "./sizes/postgres.ts";
import { redisSizes, redisTimes } from "./sizes/redis.ts";
import { redisCommandSizes } from "./sizes/redis-commands.ts";
import { signalServerSizes } from "./sizes/signal-server.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, phones: { type: "string", default: "1000" } },
});
const [rows, phones] = [Number(values.rows), Number(values.phones)];
const databaseUrl = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/test";
const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";

console.log(
  `Node.js ${process.version}, ${os.availableParallelism()} cores of ${os.cpus()[0]?.model}, load ${load()}\n`,
);

console.log(`PostgreSQL, push_devices with ${rows.toLocaleString("en")} rows\n`);
console.log(`${table(["", "MB", "bytes per row", "table", "indexes"], await postgresSizes(databaseUrl, rows))}\n`);
console.log("Redis\n");
console.log(`${table(["one more", "bytes"], await redisSizes(redisUrl))}\n`);
console.log("Redis, milliseconds of CPU for what the call store asks\n");
console.log(`${table(["one more", "ms"], await redisTimes(redisUrl))}\n`);
console.log("Redis, commands that two signal servers of examples/fleet send for a call by push\n");
console.log(`${table(["one more", "commands"], await redisCommandSizes(redisUrl))}\n`);
console.log(`A signal server of examples/fleet with ${phones.toLocaleString("en")} phones\n`);
console.log(`${table(["one more", "bytes"], await signalServerSizes(redisUrl, phones))}\n`);
