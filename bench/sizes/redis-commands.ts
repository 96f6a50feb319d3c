import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { RECORDED_OFFER, recordedCandidates } from "../../examples/demo/recorded.ts";
import { openApp } from "../../examples/fleet/app.ts";
import { loginOf, startSignalServer } from "./signal-server.ts";

/** What scripts call is done with the script; a client sends these. */
const SENT = ["eval", "evalsha", "hgetall", "publish", "spublish", "pubsub", "pubsub|shardnumsub", "pubsub|numsub"];
const SUBSCRIBING = ["subscribe", "ssubscribe", "unsubscribe", "sunsubscribe"];
const IDLE = 5_000;
const CALLS = 20;

/**
 * As rows of a table: what, commands. Calls between a phone on one signal server and one on another, who is woken by a push.
 * Counts all that Redis is asked meanwhile, so nobody else should use it.
 */
export async function redisCommandSizes(redisUrl: string): Promise<(string | number)[][]> {
  const secret = randomBytes(32).toString("base64url");
  const api = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ success: true }));
  });
  await new Promise<void>(resolve => api.listen(0, "127.0.0.1", resolve));
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const servers = [
    await startSignalServer({ redisUrl, secret, apiUrl }),
    await startSignalServer({ redisUrl, secret, apiUrl }),
  ] as const;
  const redis = new Redis(redisUrl);
  const app = async (userId: number, server: 0 | 1) =>
    openApp({
      ...{ userId, deviceId: "phone", login: await loginOf(userId, secret), signalUrl: servers[server].signalUrl },
      onEvent() {},
    });

  // Two servers that do nothing look for what others have left undone.
  await delay(1_000);
  const before = await countOf(redis);
  await delay(IDLE);
  const idle = ((await countOf(redis)) - before) / IDLE;

  const counts = new Map<string, number>();
  const caller = await app(1, 0);
  async function counted<T>(what: string, work: () => Promise<T>): Promise<T> {
    const [start, begin] = [await countOf(redis), performance.now()];
    const done = await work();
    // What follows an answer, such as the outcome of a push.
    await delay(300);
    const took = (await countOf(redis)) - start - idle * (performance.now() - begin);
    counts.set(what, (counts.get(what) ?? 0) + took / CALLS);
    return done;
  }
  for (let n = 0; n < CALLS; n++) {
    await counted("an app that starts, and ends", async () => (await app(10_000 + n, 1)).close());
    const to = 1_000 + n;
    await counted("the offer, and the outcome of its push", () => caller.send("offer", { to, sdp: RECORDED_OFFER }));
    await counted("three candidates", async () => {
      for (const candidate of recordedCandidates) await caller.send("ice", { to, candidate });
    });
    const callee = await counted("the woken phone registers", () => app(to, 1));
    await counted("the answer", () => callee.send("answer", { to: 1, sdp: RECORDED_OFFER }));
    await counted("the end", () => callee.send("call-end", { to: 1 }));
    callee.close();
    await delay(300);
  }
  caller.close();
  for (const { server } of servers) server.kill("SIGKILL");
  redis.disconnect();
  api.close();
  return [
    ...[...counts].map(([what, count]) => [what, Math.round(count)]),
    ["two servers with nothing to do, a second", Math.round(idle * 1_000)],
  ];
}

/** The commands that clients have sent, without those of this count. */
async function countOf(redis: Redis): Promise<number> {
  const stats = await redis.info("commandstats");
  return [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
    .filter(([, name]) => [...SENT, ...SUBSCRIBING].includes(name ?? ""))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}
