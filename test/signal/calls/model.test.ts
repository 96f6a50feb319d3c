import { redisCallStore } from "apns-voip/redis";
import { memoryCallStore } from "apns-voip/signal";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { ownName, redisServer } from "../../devices/databases.js";
import { nothingSeen, runModel, steps } from "./model.js";

describe("whatever three people with two phones each do, on two servers", () => {
  test("the section on calls holds, in memory", async () => {
    const seen = nothingSeen();
    await fc.assert(
      fc.asyncProperty(steps, todo => runModel(todo, memoryCallStore(), seen)),
      { numRuns: 250 },
    );

    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  }, 240_000);

  describe.skipIf(redisServer.missing)(`in Redis${redisServer.missing ? `: ${redisServer.missing}` : ""}`, () => {
    const redis = new Redis(redisServer.url ?? "", { lazyConnect: true });
    const ours = ownName();
    let runs = 0;
    afterAll(async () => {
      const left = await redis.keys(`*${ours}*`);
      if (left.length > 0) await redis.del(...left);
      redis.disconnect();
    });

    test("it holds, too", async () => {
      const seen = nothingSeen();
      const property = fc.asyncProperty(steps, todo =>
        runModel(todo, redisCallStore(redis, { prefix: `${ours}:${++runs}:` }), seen),
      );
      await fc.assert(property, { numRuns: 250 });

      expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
    }, 180_000);
  });
});
