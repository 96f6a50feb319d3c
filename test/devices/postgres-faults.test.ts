import type { Device } from "apns-voip";
import { type PostgresDeviceStore, postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noOwnPostgres, type OwnServer, ownPostgres } from "./own-servers.js";

const token = (n: number) => n.toString(16).padStart(64, "0");
const device = (n: number): Device => ({
  ...{ userId: `user-${n}`, token: token(n), pushType: "voip", platform: "ios", environment: "sandbox" },
  ...{ bundleId: "com.example.app", deviceId: "A-1", registeredAt: new Date(Date.UTC(2031, 0, 1) + n) },
});

if (noOwnPostgres !== undefined) {
  test.skip(`a PostgreSQL that comes and goes: ${noOwnPostgres}`, () => {});
} else {
  describe("a PostgreSQL that comes and goes", () => {
    let server: OwnServer;
    let pool: pg.Pool;
    let store: PostgresDeviceStore;

    beforeAll(async () => {
      server = await ownPostgres();
      pool = new pg.Pool({ connectionString: server.url, max: 5 });
      pool.on("error", () => {}); // What the documentation asks for: an idle connection that is lost.
      store = postgresDeviceStore(pool, { timeout: 2000 });
    }, 240_000);
    afterAll(async () => {
      await pool.end();
      await server.dispose();
    });

    test("is down at the start: every operation says so", async () => {
      const failed = {
        code: "STORE_FAILED",
        message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${server.port}`),
      };
      await expect(store.migrate()).rejects.toMatchObject(failed);
      await expect(store.save(device(1))).rejects.toMatchObject(failed);
      await expect(store.list("user-1", "voip")).rejects.toMatchObject(failed);
      await expect(store.remove(token(1))).rejects.toMatchObject(failed);
      await expect(store.setEnvironment(token(1), "sandbox")).rejects.toMatchObject(failed);
      await expect(postgresUserColumnStore(pool).list("1", "voip")).rejects.toMatchObject(failed);
    });

    test("comes up: the same store works", async () => {
      await server.start();
      await store.migrate();
      await store.save(device(1));
      expect(await store.list("user-1", "voip")).toEqual([device(1)]);
    });

    test("goes away in the middle: each save is answered, and what was answered with success is kept, whole", async () => {
      const saves = Array.from({ length: 400 }, (_, n) => n + 2);
      const outcomes = new Map<number, "saved" | "failed">();
      let killed: Promise<void> | undefined;
      await Promise.all(
        saves.map(async n => {
          try {
            await store.save(device(n));
            outcomes.set(n, "saved");
            if (outcomes.size > 50) killed ??= server.kill();
          } catch (error) {
            expect(error).toMatchObject({ code: "STORE_FAILED" });
            outcomes.set(n, "failed");
          }
        }),
      );
      await killed;
      expect(outcomes.size).toBe(saves.length);
      expect(new Set(outcomes.values())).toEqual(new Set(["saved", "failed"]));

      await server.start();
      for (const [n, outcome] of outcomes) {
        const found = await store.list(`user-${n}`, "voip");
        if (outcome === "saved" || found.length > 0) expect(found).toEqual([device(n)]);
      }
    });

    test("is blocked: operations give up in time, though there are more of them than connections, and work goes on after", async () => {
      const impatient = postgresDeviceStore(pool, { timeout: 300 });
      const blocker = new pg.Client({ connectionString: server.url });
      await blocker.connect();
      await blocker.query("BEGIN; LOCK TABLE push_devices IN ACCESS EXCLUSIVE MODE");
      const outcomes = await Promise.allSettled([
        ...Array.from({ length: 10 }, () => impatient.list("user-1", "voip")),
        impatient.save(device(1000)),
        impatient.remove(token(1)),
      ]);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: "rejected",
          reason: { code: "STORE_FAILED", message: expect.stringContaining("no answer within 300 ms") },
        });
      }
      await blocker.query("COMMIT");
      await blocker.end();
      await store.save(device(1001));
      expect(await store.list("user-1001", "voip")).toEqual([device(1001)]);
      // PostgreSQL carried out late what nobody waited for any more: wholly, or not at all.
      expect([[], [device(1000)]]).toContainEqual(await store.list("user-1000", "voip"));
    });

    test("ends its connections one by one, as an administrator or a proxy does: the next operation works", async () => {
      await pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'postgres' AND backend_type = 'client backend'",
      );
      await Promise.allSettled([store.list("user-1001", "voip")]);
      expect(await store.list("user-1001", "voip")).toEqual([device(1001)]);
    });
  });
}
