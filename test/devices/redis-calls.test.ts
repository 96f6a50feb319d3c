import { type RedisClient, redisCallStore } from "apns-voip/redis";
import { callStoreConformance } from "apns-voip/testing/conformance";
import { Redis } from "ioredis";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownName, redisServer } from "./databases.js";

if (redisServer.missing !== undefined) {
  test.skip(`redisCallStore: ${redisServer.missing}`, () => {});
} else {
  const { url } = redisServer;
  const ours = ownName();
  const admin = new Redis(url);
  const nodeRedis = createClient({ url });
  const nodeRedisWithPrefix = createClient({ url, keyPrefix: `${ours}:its-own:`, RESP: 3 });
  const ioRedis = new Redis(url, { lazyConnect: true });
  const ioRedisWithPrefix = new Redis(url, { lazyConnect: true, keyPrefix: `${ours}:its-own:` });
  const clients: Readonly<Record<string, RedisClient>> = {
    "node-redis": nodeRedis,
    "node-redis with a key prefix and RESP 3": nodeRedisWithPrefix,
    "node-redis that gives buffers": nodeRedis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }),
    "node-redis that gives maps": nodeRedisWithPrefix.withTypeMapping({ [RESP_TYPES.MAP]: Map }),
    ioredis: ioRedis,
    "ioredis with a key prefix": ioRedisWithPrefix,
    "ioredis that loses each answer and sends the command again": twice(ioRedis),
  };

  beforeAll(async () => {
    for (const client of [nodeRedis, nodeRedisWithPrefix, ioRedis, ioRedisWithPrefix]) {
      client.on("error", () => {});
      await client.connect();
    }
  });
  afterAll(async () => {
    const left = await admin.keys(`*${ours}*`);
    if (left.length > 0) await admin.del(...left);
    nodeRedis.destroy();
    nodeRedisWithPrefix.destroy();
    for (const client of [ioRedis, ioRedisWithPrefix, admin]) client.disconnect();
  });

  let stores = 0;
  const emptyStore = (client: RedisClient) => redisCallStore(client, { prefix: `${ours}:${++stores}:` });

  describe.each(Object.entries(clients))("calls in Redis, with %s", (name, client) => {
    // What is due twice is postponed by the first of the two.
    const cases = callStoreConformance().filter(
      ({ name: of }) => !name.includes("again") || !/due:|what is due/.test(of),
    );
    for (const { name, run } of cases) test(name, () => run(() => emptyStore(client)));
  });

  test("each key ends by itself, and all are in one hash slot", async () => {
    const store = emptyStore(ioRedis);
    const now = Date.now();
    const call = { id: "a", users: ["11", "10"], value: "{}", dueAt: now + 100, expiresAt: now + 60_000 } as const;
    const { marks } = await store.read(["11", "10"]);
    expect(await store.write({ users: ["11", "10"], marks, put: [call], drop: [], now })).toBe(true);
    const keys = await admin.keys(`*${ours}:${stores}:*`);
    expect(keys).toHaveLength(3);
    const slots = await Promise.all(keys.map(key => admin.cluster("KEYSLOT", key).catch(() => "one")));
    expect(new Set(slots).size).toBe(1);
    for (const key of keys) {
      expect(key).toContain(`{${ours}:${stores}:calls}`);
      expect(await admin.pttl(key)).toBeGreaterThan(55_000);
      expect(await admin.pttl(key)).toBeLessThanOrEqual(60_000);
    }
  });

  test("calls that end early leave nothing behind but marks, which go soon", async () => {
    const store = emptyStore(ioRedis);
    const now = Date.now();
    const call = { id: "a", users: ["11", "10"], value: "{}", dueAt: now, expiresAt: now + 60_000 } as const;
    for (const change of [
      { put: [call], drop: [] },
      { put: [], drop: [call] },
    ]) {
      const { marks } = await store.read(["11", "10"]);
      await store.write({ users: ["11", "10"], marks, ...change, now });
    }
    const left = await admin.keys(`*${ours}:${stores}:*`);
    expect(left.filter(key => key.endsWith("due"))).toEqual([]);
    for (const key of left) expect(await admin.pttl(key)).toBeLessThanOrEqual(5_000);
  });

  test("an argument that is no client, and a prefix that is none, are refused", () => {
    for (const make of [() => redisCallStore({} as RedisClient), () => redisCallStore(ioRedis, { prefix: "}" })])
      expect(make).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });
}

/** As if the connection broke before each answer: ioredis then sends the command once more. */
function twice(client: Redis): RedisClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        await value.apply(target, args).catch(() => {});
        return value.apply(target, args);
      };
    },
  });
}
