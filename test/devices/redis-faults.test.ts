import type { Device, DeviceStore, IdempotencyStore } from "apns-voip";
import { redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noOwnRedis, type OwnServer, ownRedis } from "./own-servers.js";

const token = (n: number) => n.toString(16).padStart(64, "0");
const device = (n: number): Device => ({
  ...{ userId: `user-${n}`, token: token(n), pushType: "voip", platform: "ios", environment: "sandbox" },
  ...{ bundleId: "com.example.app", deviceId: "A-1", registeredAt: new Date(Date.UTC(2031, 0, 1) + n) },
});

if (noOwnRedis !== undefined) {
  test.skip(`a Redis that comes and goes: ${noOwnRedis}`, () => {});
} else {
  describe.each(["node-redis", "ioredis"])("a Redis that comes and goes, with %s", library => {
    let server: OwnServer;
    let store: DeviceStore;
    let keys: IdempotencyStore;
    let close: () => void;
    const failed = { code: "STORE_FAILED" };

    beforeAll(async () => {
      server = await ownRedis();
      // Told to try again soon, so that the test need not wait; everything else as it comes.
      const soon = () => 50;
      const client =
        library === "ioredis"
          ? new Redis(server.url, { retryStrategy: soon })
          : createClient({ url: server.url, socket: { reconnectStrategy: soon } });
      client.on("error", () => {}); // What the documentation asks for.
      if (!(client instanceof Redis)) client.connect().catch(() => {});
      close = () => (client instanceof Redis ? client.disconnect() : client.destroy());
      store = redisDeviceStore(client, { timeout: 1000 });
      keys = redisIdempotencyStore(client, { timeout: 1000 });
    });
    afterAll(async () => {
      close();
      await server.dispose();
    });

    /** Until the client is connected again; how soon is the client's affair. */
    async function isBack(): Promise<void> {
      for (;;) {
        try {
          await keys.release("is anybody there");
          return;
        } catch (error) {
          expect(error).toMatchObject(failed);
        }
      }
    }

    test("is down at the start: every operation gives up in time", async () => {
      const outcomes = await Promise.allSettled([
        store.save(device(1)),
        store.list("user-1", "voip"),
        store.remove(token(1)),
        store.setEnvironment(token(1), "sandbox"),
        keys.claim("call-1", 1000),
        keys.release("call-1"),
      ]);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: failed });
    });

    test("comes up: the same store works", async () => {
      await server.start();
      await isBack();
      await store.save(device(1));
      expect(await store.list("user-1", "voip")).toEqual([device(1)]);
      expect(await keys.claim("call-2", 60_000)).toBe(true);
    });

    test("goes away in the middle: each save is answered, and what was answered with success is kept, whole", async () => {
      const outcomes = new Map<number, "saved" | "failed">();
      let killed: Promise<void> | undefined;
      const saving = async (worker: number) => {
        for (let n = worker * 1000; outcomes.get(n - 1) !== "failed"; n++) {
          await store.save(device(n)).then(
            () => outcomes.set(n, "saved"),
            error => {
              expect(error).toMatchObject(failed);
              outcomes.set(n, "failed");
            },
          );
          if (outcomes.size > 100) killed ??= server.kill();
        }
      };
      await Promise.all([1, 2, 3, 4, 5].map(saving));
      await killed;
      expect([...outcomes.values()].filter(outcome => outcome === "failed")).toHaveLength(5);

      await server.start();
      await isBack();
      for (const [n, outcome] of outcomes) {
        const found = await store.list(`user-${n}`, "voip");
        if (outcome === "saved" || found.length > 0) expect(found).toEqual([device(n)]);
        await store.save(device(n));
        expect(await store.list(`user-${n}`, "voip")).toEqual([device(n)]);
      }
      expect(await keys.claim("call-2", 60_000)).toBe(false);
    });

    test("is frozen: operations give up in time, and work goes on after", async () => {
      server.freeze();
      const outcomes = await Promise.allSettled([
        store.list("user-1", "voip"),
        store.save(device(9000)),
        keys.claim("call-3", 60_000),
      ]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: "rejected",
          reason: { code: "STORE_FAILED", message: expect.stringContaining("no answer within 1000 ms") },
        });
      }
      server.thaw();
      await isBack();
      expect(await store.list("user-1", "voip")).toEqual([device(1)]);
      await store.save(device(9000));
      expect(await store.list("user-9000", "voip")).toEqual([device(9000)]);
    });
  });
}
