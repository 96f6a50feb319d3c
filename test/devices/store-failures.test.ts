import { createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import type { Device, DeviceStore } from "apns-voip";
import { type PostgresClient, postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import { type IoRedisClient, redisCallStore, redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import { describe, expect, test } from "vitest";

const token = "9f739db8afff".padEnd(64, "0123456789abcdef");
const device: Device = {
  ...{ userId: "10", token, pushType: "voip", platform: "ios", deviceId: "A-1" },
  registeredAt: new Date(Date.UTC(2031, 0, 1)),
};

const OPERATIONS: Readonly<Record<string, (store: DeviceStore) => Promise<unknown>>> = {
  save: store => store.save(device),
  list: store => store.list("10", "voip"),
  remove: store => store.remove(token),
  setEnvironment: store => store.setEnvironment(token, "sandbox"),
};

/** All our stores on a database that does with every command what `answer` does. */
function stores(answer: () => Promise<never>, options = {}): Readonly<Record<string, DeviceStore>> {
  const postgres: PostgresClient = { query: answer };
  const redis: IoRedisClient = { hgetall: answer, hset: answer, hdel: answer, eval: answer, evalsha: answer };
  return {
    postgresDeviceStore: postgresDeviceStore(postgres, options),
    postgresUserColumnStore: postgresUserColumnStore(postgres, { environmentColumn: "environment", ...options }),
    redisDeviceStore: redisDeviceStore(redis, options),
  };
}

function manualClock() {
  let wakeUp: (() => void) | undefined;
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.UTC(2031, 0, 1),
    setTimeout: (fn: () => void, ms: number) => {
      waits.push(ms);
      wakeUp = fn;
      return () => {
        wakeUp = undefined;
      };
    },
    isWaiting: () => wakeUp !== undefined,
    pass: () => wakeUp?.(),
  };
}

const cases = Object.keys(stores(async () => Promise.reject())).flatMap(store =>
  Object.keys(OPERATIONS).map(operation => ({ store, operation })),
);

describe.each(cases)("$store.$operation", ({ store, operation }) => {
  const run = (all: Readonly<Record<string, DeviceStore>>) => OPERATIONS[operation]!(all[store]!);

  test("names itself and the cause when the database fails", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });
    await expect(run(stores(() => Promise.reject(refused)))).rejects.toMatchObject({
      name: "ApnsVoipError",
      code: "STORE_FAILED",
      message: `${store}: ${operation} failed: connect ECONNREFUSED 127.0.0.1:5432`,
      cause: { message: "connect ECONNREFUSED 127.0.0.1:5432", code: "ECONNREFUSED" },
    });
  });

  test("names every address when localhost refuses, where the driver says nothing", async () => {
    const refused = ["::1", "127.0.0.1"].map(address => new Error(`connect ECONNREFUSED ${address}:5432`));
    await expect(run(stores(() => Promise.reject(new AggregateError(refused))))).rejects.toThrow(
      `${operation} failed: connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127.0.0.1:5432`,
    );
  });

  test("shows no device token, though drivers attach values to their errors", async () => {
    const telling = Object.assign(new Error(`no space for "${token.toUpperCase()}"`), {
      detail: `Key (voip_device_token)=(${token}) already exists.`,
      command: { name: "evalsha", args: [token] },
    });
    const error = await run(stores(() => Promise.reject(telling))).catch((error: unknown) => error);
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown.toLowerCase()).not.toContain(token);
    expect(shown).not.toContain("already exists");
    expect(error).toHaveProperty("message", expect.stringContaining('no space for "9F739DB8AFFF..."'));
  });

  test("gives up after five seconds, or after the timeout that it was given", async () => {
    const clock = manualClock();
    const silence = () => new Promise<never>(() => {});
    const asked = run(stores(silence, { clock }));
    clock.pass();
    await expect(asked).rejects.toThrow(`${store}: ${operation} failed: no answer within 5000 ms`);
    const askedAgain = run(stores(silence, { clock, timeout: 300 }));
    clock.pass();
    await expect(askedAgain).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(clock.waits).toEqual([5000, 300]);
  });

  test("leaves no timer behind", async () => {
    const clock = manualClock();
    await run(stores(() => Promise.reject(new Error("no")), { clock })).catch(() => {});
    expect(clock.isWaiting()).toBe(false);
  });
});

test.each([undefined, 700])(
  "redisCallStore waits for two seconds, or for the timeout that it was given: %s",
  async timeout => {
    const clock = manualClock();
    const answer = () => new Promise<never>(() => {});
    const redis: IoRedisClient = { hgetall: answer, hset: answer, hdel: answer, eval: answer, evalsha: answer };
    const read = redisCallStore(redis, { timeout, clock }).read(["10"]);
    expect(clock.waits).toEqual([timeout ?? 2_000]);
    clock.pass();
    await expect(read).rejects.toMatchObject({ code: "STORE_FAILED" });
  },
);

describe("a server that takes connections and says nothing", () => {
  test.each(["pg", "node-redis", "ioredis"])("makes no caller wait beyond the timeout: %s", async driver => {
    const sockets = new Set<Socket>();
    const silent = createServer(socket => sockets.add(socket.on("error", () => {})));
    await new Promise<void>(resolve => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const options = { timeout: 200 };

    const asked: Promise<unknown>[] = [];
    let end: () => unknown;
    if (driver === "pg") {
      const pool = new pg.Pool({ host: "127.0.0.1", port });
      asked.push(postgresDeviceStore(pool, options).list("10", "voip"));
      asked.push(postgresUserColumnStore(pool, options).save(device));
      end = () => pool.end().catch(() => {});
    } else if (driver === "node-redis") {
      const client = createClient({ url: `redis://127.0.0.1:${port}` }).on("error", () => {});
      client.connect().catch(() => {});
      asked.push(redisDeviceStore(client, options).list("10", "voip"));
      asked.push(redisIdempotencyStore(client, options).claim("call-1", 1000));
      end = () => client.destroy();
    } else {
      const client = new Redis(port).on("error", () => {});
      asked.push(redisDeviceStore(client, options).list("10", "voip"));
      asked.push(redisIdempotencyStore(client, options).release("call-1"));
      end = () => client.disconnect();
    }
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "STORE_FAILED", message: expect.stringMatching(/failed: no answer within 200 ms$/) },
      });
    }
    for (const socket of sockets) socket.destroy();
    end();
    silent.close();
  });
});
