import { randomUUID } from "node:crypto";
import type { DeviceStore, IdempotencyStore } from "apns-voip";
import {
  type IoRedisClient,
  type NodeRedisClient,
  type RedisClient,
  redisDeviceStore,
  redisIdempotencyStore,
  redisReceiptStore,
} from "apns-voip/redis";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import { Redis } from "ioredis";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancelsKeys } from "./cancelled-keys.js";
import { ownName, redisServer } from "./databases.js";
import { keepsReceipts } from "./receipt-stores.js";

const token = (n: number) => n.toString(16).padStart(64, "0");
const device = (userId: string, n: number) =>
  ({ userId, token: token(n), pushType: "voip", platform: "ios", registeredAt: new Date(0) }) as const;

if (redisServer.missing !== undefined) {
  test.skip(`redisDeviceStore and redisIdempotencyStore: ${redisServer.missing}`, () => {});
} else {
  const { url } = redisServer;
  const ours = ownName();
  const admin = new Redis(url);
  const keysNow = async (prefix: string) => (await admin.keys(`*${prefix}*`)).sort();

  const ioRedis = new Redis(url, { lazyConnect: true });

  /** As if the connection broke before each answer: ioredis then sends the command once more. */
  const twice = everyCommand(ioRedis, async send => {
    await send();
    return send();
  });

  /** Every way a client can be made that changes what it sends or gives. */
  const nodeRedis = createClient({ url });
  const nodeRedisWithPrefix = createClient({ url, keyPrefix: `${ours}:its-own:`, RESP: 3 });
  const ioRedisWithPrefix = new Redis(url, { lazyConnect: true, keyPrefix: `${ours}:its-own:` });
  const clients: Readonly<Record<string, RedisClient>> = {
    "node-redis": nodeRedis,
    "node-redis with a key prefix and RESP 3": nodeRedisWithPrefix,
    "node-redis that gives buffers": nodeRedis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }),
    "node-redis that gives maps": nodeRedisWithPrefix.withTypeMapping({ [RESP_TYPES.MAP]: Map }),
    "node-redis that gives lists": nodeRedisWithPrefix.withTypeMapping({ [RESP_TYPES.MAP]: Array }),
    ioredis: ioRedis,
    "ioredis with a key prefix": ioRedisWithPrefix,
  };

  beforeAll(async () => {
    for (const client of [nodeRedis, nodeRedisWithPrefix, ioRedis, ioRedisWithPrefix]) {
      client.on("error", () => {});
      await client.connect();
    }
  });
  afterAll(async () => {
    const left = await keysNow(ours);
    if (left.length > 0) await admin.del(...left);
    nodeRedis.destroy();
    nodeRedisWithPrefix.destroy();
    ioRedis.disconnect();
    ioRedisWithPrefix.disconnect();
    admin.disconnect();
  });

  describe.each(Object.entries(clients))("%s", (_, client) => {
    describe("redisDeviceStore", () => {
      for (const { name, run } of deviceStoreConformance()) {
        test(name, () => run(() => redisDeviceStore(client, { prefix: `${ours}:${randomUUID()}:` })));
      }

      test("leaves no key behind when every device is removed", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const store = redisDeviceStore(client, { prefix });
        await store.save({ ...device("10", 1), deviceId: "A-1" });
        await store.save({ ...device("10", 2), deviceId: "A-1" });
        await store.save({ ...device("10", 2), deviceId: "A-2" });
        await store.save({ ...device("11", 2), deviceId: "A-2" });
        await store.save({ ...device("11", 2), pushType: "alert" });
        await store.save(device("11", 3));
        await store.remove(token(2));
        await store.remove(token(3));
        await store.setEnvironment(token(3), "sandbox");
        expect(await keysNow(prefix)).toEqual([]);
      });

      test("sends the text of a script that the server does not know", async () => {
        const store = redisDeviceStore(unknownScripts(client), { prefix: `${ours}:${randomUUID()}:` });
        await store.save(device("10", 1));
        await store.save(device("10", 2));
        expect(await store.list("10", "voip")).toHaveLength(2);
      });
    });

    describe("redisReceiptStore", () => {
      keepsReceipts(() => redisReceiptStore(client, { prefix: `${ours}:${randomUUID()}:` }));

      test("has Redis forget each key by itself", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const store = redisReceiptStore(client, { prefix });
        const now = Date.now();
        const push = { call: "call", phone: "phone", acceptedAt: now, dueAt: now, request: undefined, details: "" };
        await store.accepted(push, 60_000);
        await store.keep("name", "text", now, 60_000);
        await store.quiet("request", now, 60_000);
        await store.due(now);
        const left = await keysNow(prefix);
        expect(left).toHaveLength(3);
        for (const key of left) expect(await admin.pttl(key)).toBeGreaterThan(0);
      });

      test("gives a silent phone to another process when the one that found it was killed", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const store = redisReceiptStore(client, { prefix });
        const now = Date.now();
        const push = { call: "call", phone: "phone", acceptedAt: now, dueAt: now, request: undefined, details: "d" };
        await store.accepted(push, 60_000);
        // As a process leaves it that is killed after it has taken the phone upon itself.
        const [due] = await keysNow(`${prefix}receipts-due`);
        await admin.zadd(due!, now + 5_000, JSON.stringify(["call", "phone", null]));
        expect(await store.due(now + 4_999)).toEqual([]);
        expect(await store.due(now + 5_000)).toHaveLength(1);
      });
    });

    describe("redisIdempotencyStore", () => {
      cancelsKeys(
        () => redisIdempotencyStore(client, { prefix: `${ours}:${randomUUID()}:` }) as Required<IdempotencyStore>,
      );

      test("lets one of many processes claim a key, and nobody after", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const stores = [1, 2, 3, 4].map(() => redisIdempotencyStore(client, { prefix }));
        const claims = await Promise.all(stores.map(store => store.claim("call-1", 30_000)));
        expect(claims.filter(Boolean)).toHaveLength(1);
        expect(await stores[0]!.claim("call-1", 30_000)).toBe(false);
        expect(await stores[0]!.claim("call-2", 30_000)).toBe(true);
      });

      test("lets a released key be claimed again", async () => {
        const store = redisIdempotencyStore(client, { prefix: `${ours}:${randomUUID()}:` });
        await store.claim("call-1", 30_000);
        await store.release("call-1");
        await store.release("never claimed");
        expect(await store.claim("call-1", 30_000)).toBe(true);
      });

      test("has Redis forget a key when its time is over", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const store = redisIdempotencyStore(client, { prefix });
        await store.claim("call-1", 30_000.5);
        const [key] = await keysNow(prefix);
        expect(await admin.pttl(key!)).toBeGreaterThan(20_000);
        expect(await admin.pttl(key!)).toBeLessThanOrEqual(30_001);
        await store.claim("call-1", 90_000);
        expect(await admin.pttl(key!)).toBeLessThanOrEqual(30_001);
        await admin.pexpire(key!, 0);
        expect(await store.claim("call-1", 0)).toBe(true);
      });

      test("holds a key from now on, also one whose time was over", async () => {
        const prefix = `${ours}:${randomUUID()}:`;
        const store = redisIdempotencyStore(client, { prefix });
        await store.claim("call-1", 1_000);
        await store.hold?.("call-1", 30_000.5);
        await store.hold?.("call-2", 30_000);
        for (const key of await keysNow(prefix)) {
          expect(await admin.pttl(key)).toBeGreaterThan(20_000);
          expect(await admin.pttl(key)).toBeLessThanOrEqual(30_001);
        }
        expect(await store.claim("call-1", 30_000)).toBe(false);
        expect(await store.claim("call-2", 30_000)).toBe(false);
      });

      test.each(["__proto__", "", "\0", "💥", "*", "k".repeat(10_000)])(
        "takes %j for a key like any other",
        async key => {
          const store = redisIdempotencyStore(client, { prefix: `${ours}:${randomUUID()}:` });
          expect(await store.claim(key, 30_000)).toBe(true);
          expect(await store.claim(key, 30_000)).toBe(false);
        },
      );
    });
  });

  describe("redisDeviceStore", () => {
    const HOUR = 3_600_000;
    let now = Date.UTC(2031, 0, 1);
    const clock = { now: () => now, setTimeout: () => () => {} };
    const prefix = `${ours}:index:`;
    const store: DeviceStore = redisDeviceStore(ioRedis, { prefix, clock });
    const index = async (userId: string) => Object.keys(await admin.hgetall(`${prefix}user:voip:${userId}`));

    test("reads past what a broken save left in an index, and drops it after an hour", async () => {
      await store.save({ ...device("10", 1), deviceId: "A-1" });
      await store.save(device("10", 2));
      await admin.del(`${prefix}token:${token(1)}`);
      expect(await store.list("10", "voip")).toHaveLength(1);
      expect(await index("10")).toHaveLength(3);
      now += HOUR + 1;
      expect(await store.list("10", "voip")).toHaveLength(1);
      expect(await index("10")).toHaveLength(1);
    });

    test("finds a device again by registering it, after its index was lost", async () => {
      await store.save(device("20", 20));
      await admin.del(`${prefix}user:voip:20`);
      expect(await store.list("20", "voip")).toEqual([]);
      await store.save(device("20", 20));
      expect(await store.list("20", "voip")).toHaveLength(1);
      expect(await index("20")).toHaveLength(1);
    });

    test("keeps one entry in the index however often a phone registers", async () => {
      for (let n = 0; n < 10; n++) await store.save({ ...device("30", 30), deviceId: "A-1" });
      expect(await index("30")).toHaveLength(2);
      for (let n = 31; n < 40; n++) await store.save({ ...device("30", n), deviceId: "A-1" });
      expect(await index("30")).toHaveLength(2);
    });

    test("sends no command that reads all keys, and no script that touches two", async () => {
      const touched: string[][] = [];
      const watched = everyCommand(ioRedis, (send, keys) => {
        touched.push(keys);
        return send();
      });
      const store = redisDeviceStore(watched, { prefix });
      await store.save({ ...device("40", 40), deviceId: "A-1" });
      await store.save({ ...device("40", 41), deviceId: "A-1" });
      await store.save(device("41", 41));
      await store.setEnvironment(token(41), "sandbox");
      await store.list("41", "voip");
      await store.remove(token(41), { userId: "41", registeredBefore: new Date() });
      expect(touched.length).toBeGreaterThan(10);
      expect(touched.filter(keys => keys.length !== 1)).toEqual([]);
    });

    test("lists a device though the client lost every answer and sent the command again", async () => {
      const store = redisDeviceStore(twice, { prefix: `${ours}:twice:` });
      await store.save(device("10", 1));
      await store.save(device("10", 1));
      expect(await store.list("10", "voip")).toHaveLength(1);
      await store.save(device("11", 1));
      expect(await store.list("10", "voip")).toEqual([]);
      expect(await store.list("11", "voip")).toHaveLength(1);
    });

    test("refuses text that is no Unicode", async () => {
      await expect(store.save({ ...device("10", 1), deviceId: "\uD800" })).rejects.toMatchObject({
        code: "INVALID_REGISTRATION",
        issues: [{ path: "deviceId" }],
      });
    });
  });

  describe("redisIdempotencyStore", () => {
    test("has claimed when the client lost the answer and sent the command again", async () => {
      const store = redisIdempotencyStore(twice, { prefix: `${ours}:twice:` });
      expect(await store.claim("call-1", 30_000)).toBe(true);
      expect(await store.claim("call-1", 30_000)).toBe(false);
    });
  });
}

/** ioredis, each command going through `pass` with the keys that it touches. */
function everyCommand(
  client: IoRedisClient,
  pass: (send: () => Promise<unknown>, keys: string[]) => Promise<unknown>,
): IoRedisClient {
  return {
    hgetall: key => pass(() => client.hgetall(key), [key]),
    hset: (key, field, value) => pass(() => client.hset(key, field, value), [key]),
    hdel: (key, ...fields) => pass(() => client.hdel(key, ...fields), [key]),
    eval: (lua, count, ...rest) => pass(() => client.eval(lua, count, ...rest), rest.slice(0, count)),
    evalsha: () => Promise.reject(new Error("NOSCRIPT")),
  };
}

/** The client, asking for every script by a hash that no server knows. */
function unknownScripts(client: RedisClient): RedisClient {
  const sha = "0".repeat(40);
  if ("evalSha" in client) {
    const asNodeRedis: NodeRedisClient = {
      hGetAll: key => client.hGetAll(key),
      hSet: (key, field, value) => client.hSet(key, field, value),
      hDel: (key, fields) => client.hDel(key, fields),
      eval: (lua, options) => client.eval(lua, options),
      evalSha: (_, options) => client.evalSha(sha, options),
    };
    return asNodeRedis;
  }
  const asIoRedis: IoRedisClient = {
    hgetall: key => client.hgetall(key),
    hset: (key, field, value) => client.hset(key, field, value),
    hdel: (key, ...fields) => client.hdel(key, ...fields),
    eval: (lua, ...given) => client.eval(lua, ...given),
    evalsha: (_, ...given) => client.evalsha(sha, ...given),
  };
  return asIoRedis;
}

test("a client that is neither node-redis nor ioredis is refused", () => {
  for (const client of [{}, { get: () => {} }] as unknown as RedisClient[]) {
    expect(() => redisDeviceStore(client)).toThrow(
      "client: an object without their methods given; wanted: a client of node-redis (4 or later) or ioredis",
    );
    expect(() => redisIdempotencyStore(client)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  }
});
