/**
 * What calls take: the heap of a signal server that many people ring who never get through, and the time of one more offer of
 * somebody who has 50 long ones ringing.
 *
 *     npm run bench:calls                      100,000 short offers, as many with three candidates, 5,000 of 100,000 characters
 *     npm run bench:calls -- --offers 20000
 *
 * With REDIS_URL, or Redis on this machine, the time is measured on the Redis store, too. Leaves nothing behind.
 */
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { redisCallStore } from "apns-voip/redis";
import { type CallPush, type CallStore, createCalls, createPushApiClient, memoryCallStore } from "apns-voip/signal";
import { Redis } from "ioredis";
import { RECORDED_OFFER, recordedCandidates } from "../examples/demo/recorded.ts";
import { load } from "./machine.ts";
import { table } from "./report/table.ts";

const { values } = parseArgs({ options: { offers: { type: "string", default: "100000" } } });
const offers = Number(values.offers);
const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
/** Few more than are kept: each that goes asks the API server to cancel its push, and gets no answer for that either. */
const SILENT_OFFERS = 8_000;
/** Longer than the measurement: no call is over meanwhile. */
const RING_TIMEOUT = 3_600_000;
const LONG = "x".repeat(100_000);

const accepted: CallPush = { sendCall: async () => ({ status: "accepted" as const }) };
/** An API server that takes requests and does not answer. */
const silent = createPushApiClient({
  apiUrl: "http://127.0.0.1:1",
  adminToken: "x".repeat(40),
  timeout: RING_TIMEOUT,
  fetch: () => new Promise(() => {}),
});

console.log(`Node.js ${process.version}, load ${load()}\n`);
console.log(
  table(
    ["offers to users who never come", "offers", "calls kept", "MB of heap", "bytes per call"],
    [
      await heapOf("short", offers, { sdp: "v=0" }),
      await heapOf("recorded, with three candidates", offers, { sdp: RECORDED_OFFER }, recordedCandidates),
      await heapOf("recorded, names beyond Latin-1", offers / 4, { sdp: RECORDED_OFFER, displayName: "田中さん" }),
      await heapOf("of 100,000 characters", offers / 20, { sdp: LONG }),
      await heapOf("recorded, and the API server is silent", SILENT_OFFERS, { sdp: RECORDED_OFFER }, [], {
        push: silent,
      }),
    ],
  ),
);

console.log(
  `\n${table(["one more offer with 50 ringing", "ms, short ones", "ms, 100,000 characters"], await times())}`,
);

async function heap(): Promise<number> {
  // What the measurement before has left is let go of in later turns.
  for (let turn = 0; turn < 5; turn++) {
    await setTimeout(100);
    collect();
  }
  return process.memoryUsage().heapUsed;
}

async function heapOf(
  what: string,
  count: number,
  offer: object,
  candidates: readonly object[] = [],
  { push = accepted, store = memoryCallStore() }: { readonly push?: CallPush; readonly store?: CallStore } = {},
) {
  const before = await heap();
  const calls = createCalls({ push, store, online: () => [], emit() {}, ringTimeout: RING_TIMEOUT });
  for (let n = 0; n < count; n++) {
    const phone = { userId: n, id: `socket ${n}`, deviceId: crypto.randomUUID() };
    await calls.offer(phone, { to: count + n, sdp: "", ...offer });
    for (const candidate of candidates) await calls.candidate(phone, { to: count + n, candidate });
  }
  const bytes = (await heap()) - before;
  const { size } = calls;
  await calls.close();
  return [what, count, size, (bytes / 1e6).toFixed(1), Math.round(bytes / size)];
}

async function times(): Promise<(string | number)[][]> {
  const rows = [["memory", await timeOf(memoryCallStore(), "v=0"), await timeOf(memoryCallStore(), LONG)]];
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: null });
  redis.on("error", () => {});
  try {
    await redis.connect();
  } catch {
    console.log("\nNo Redis: its store is not measured.");
    return rows;
  }
  const store = (n: number) => redisCallStore(redis, { prefix: `apns-voip-bench:${process.pid}:${n}:` });
  rows.push(["Redis", await timeOf(store(1), "v=0"), await timeOf(store(2), LONG)]);
  const keys = await redis.keys(`*apns-voip-bench:${process.pid}:*`);
  if (keys.length > 0) await redis.unlink(keys);
  redis.disconnect();
  return rows;
}

/** Milliseconds of the median of 100 offers. */
async function timeOf(store: CallStore, sdp: string): Promise<string> {
  const calls = createCalls({ push: accepted, online: () => [], emit() {}, store });
  const phone = { userId: 1, id: "socket", deviceId: "phone" };
  const took: number[] = [];
  for (let to = 0; to < 49; to++) await calls.offer(phone, { to: 100 + to, sdp });
  for (let to = 0; to < 100; to++) {
    const start = performance.now();
    await calls.offer(phone, { to: 1_000 + to, sdp: "v=0" });
    took.push(performance.now() - start);
    await calls.end(phone, { to: 1_000 + to });
  }
  await calls.close();
  return (took.sort((a, b) => a - b)[50] ?? 0).toFixed(2);
}
