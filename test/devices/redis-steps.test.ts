import type { Device, DeviceStore } from "apns-voip";
import { type IoRedisClient, redisDeviceStore } from "apns-voip/redis";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, expect, test } from "vitest";
import { ownName, redisServer } from "./databases.js";

/*
 * An operation of the Redis store is several commands. Whatever comes in between, and wherever it breaks off, a token has one
 * owner, and the owner's list has it.
 */

const token = (n: number) => n.toString(16).padStart(64, "0");
const device = (userId: string, n: number, deviceId?: string): Device => ({
  ...{ userId, token: token(n), pushType: "voip", platform: "ios", registeredAt: new Date(0) },
  deviceId,
});

const USERS = ["1", "2"];
const TOKENS = [1, 2, 3];

if (redisServer.missing !== undefined) {
  test.skip(`the steps of redisDeviceStore: ${redisServer.missing}`, () => {});
} else {
  const redis = new Redis(redisServer.url);
  const ours = ownName();
  let runs = 0;
  afterAll(async () => {
    const left = await redis.keys(`${ours}*`);
    if (left.length > 0) await redis.del(...left);
    redis.disconnect();
  });

  /** The same client, each command going through `pass`. */
  function passing(pass: (send: () => Promise<unknown>) => Promise<unknown>): IoRedisClient {
    return {
      hgetall: key => pass(() => redis.hgetall(key)),
      hset: (key, field, value) => pass(() => redis.hset(key, field, value)),
      hdel: (key, ...fields) => pass(() => redis.hdel(key, ...fields)),
      eval: (lua, ...given) => redis.eval(lua, ...given),
      evalsha: (sha, ...given) => pass(() => redis.evalsha(sha, ...given)),
    };
  }

  /** Who has which token, as the token's own key says; and that every list agrees with it. */
  async function owners(prefix: string, store: DeviceStore): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const n of TOKENS) {
      const userId = await redis.hget(`${prefix}token:${token(n)}`, "userId");
      if (userId !== null) found[token(n)] = userId;
    }
    for (const userId of USERS) {
      const listed = (await store.list(userId, "voip")).map(({ token }) => token).sort();
      const owned = Object.keys(found).filter(token => found[token] === userId);
      expect(listed, `the list of user ${userId}`).toEqual(owned.sort());
    }
    return found;
  }

  /** Entries for tokens in the indexes; they are all true when nothing has failed. */
  async function tokenEntries(prefix: string): Promise<string[]> {
    const indexes = await Promise.all(USERS.map(userId => redis.hkeys(`${prefix}user:voip:${userId}`)));
    return indexes.flat().filter(field => field.startsWith("token:"));
  }

  const save = fc.record({
    userId: fc.constantFrom(...USERS),
    n: fc.constantFrom(...TOKENS),
    deviceId: fc.constantFrom(undefined, "A-1"),
  });

  test("operations that interleave leave every token with one owner, in whose list it is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(save, { maxLength: 3 }),
        fc.array(save, { minLength: 1, maxLength: 3 }),
        fc.array(fc.constantFrom(...TOKENS), { maxLength: 2 }),
        async (scheduler, before, saves, removals) => {
          const prefix = `${ours}:${++runs}:`;
          const plain = redisDeviceStore(redis, { prefix });
          for (const { userId, n, deviceId } of before) await plain.save(device(userId, n, deviceId));

          const store = redisDeviceStore(
            passing(send => scheduler.schedule(Promise.resolve()).then(send)),
            { prefix },
          );
          await scheduler.waitFor(
            Promise.all([
              ...saves.map(({ userId, n, deviceId }) => store.save(device(userId, n, deviceId))),
              ...removals.map(n => store.remove(token(n))),
              ...USERS.map(userId => store.list(userId, "voip")),
            ]),
          );

          const owned = await owners(prefix, plain);
          expect(await tokenEntries(prefix)).toHaveLength(Object.keys(owned).length);
          // Whoever's tokens nobody else touched has one of them: the new tokens of a phone never remove each other.
          for (const userId of USERS) {
            const tokens = saves.filter(save => save.userId === userId).map(({ n }) => n);
            const touched = [...removals, ...saves.filter(save => save.userId !== userId).map(({ n }) => n)];
            if (tokens.length > 0 && !tokens.some(n => touched.includes(n))) {
              expect(Object.values(owned), "a phone lost all its tokens").toContain(userId);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(["before the server has it", "after the server did it"])(
    "an operation that breaks off at any command, %s, leaves every token with one owner, and is right when repeated",
    async when => {
      for (let breaksAt = 1, broke = true; broke; breaksAt++) {
        const prefix = `${ours}:${++runs}:`;
        const plain = redisDeviceStore(redis, { prefix });
        await plain.save(device("1", 1, "A-1"));
        await plain.save(device("2", 2, "A-1"));

        let sent = 0;
        const store = redisDeviceStore(
          passing(async send => {
            if (++sent !== breaksAt) return send();
            if (when.startsWith("after")) await send();
            throw new Error("the connection is gone");
          }),
          { prefix },
        );
        // The phone of user 2 gets a new token, which was the one of user 1 until now.
        const operation = () => store.save(device("2", 1, "A-1"));
        broke = await operation().then(
          () => false,
          () => true,
        );
        const owned = await owners(prefix, plain);
        expect(Object.keys(owned), "a token is lost").toContain(token(1));

        sent = Number.NEGATIVE_INFINITY;
        await operation();
        expect((await owners(prefix, plain))[token(1)]).toBe("2");
      }
    },
  );
}
