import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { startBalancer } from "../../examples/fleet/balancer.ts";
import { mostAlive } from "../../examples/fleet/most-alive.ts";
import { createRandom } from "../../examples/fleet/random.ts";
import { postgresServer, redisServer } from "../devices/databases.js";
import { runExample } from "./start-example.ts";

const noRedis = redisServer.missing ?? (await tooOld(redisServer.url));
const missing = noRedis ?? postgresServer.missing;

describe.skipIf(missing)(`npm run fleet${missing ? `: ${missing}` : ""}`, () => {
  test("loses no call and doubles none while its processes are killed, and leaves nothing behind", async () => {
    const env = { DATABASE_URL: postgresServer.url, REDIS_URL: redisServer.url };
    const { code, output } = await runExample("fleet/main.ts", ["--seconds", "5", "--pairs", "12"], env);
    expect(code, output).toBe(0);
    const figure = (what: string) => Number(new RegExp(`^${what} +(\\d+)\\b`, "m").exec(output)?.[1]);
    expect(figure("calls")).toBeGreaterThan(0);
    expect(figure("processes killed")).toBeGreaterThan(0);
    expect(figure("pushes")).toBeGreaterThan(0);
    expect(figure("rings")).toBeGreaterThan(figure("calls"));
    const faults = ["lost", "doubled", "stopped early", "rung on", "told twice", "not picked up", "violations"];
    expect(faults.map(figure), output).toEqual(faults.map(() => 0));
    expect(figure("provider tokens")).toBeLessThanOrEqual(2);
    expect(output).not.toMatch(/[0-9a-f]{32}|eyJ/);

    const [name = ""] = /^apns_voip_fleet_\d+/.exec(output) ?? [];
    expect(name).not.toBe("");
    const database = new pg.Client({ connectionString: postgresServer.url });
    await database.connect();
    expect((await database.query("SELECT FROM pg_namespace WHERE nspname = $1", [name])).rows).toEqual([]);
    await database.end();
    const redis = new Redis(redisServer.url!);
    expect(await redis.keys(`*${name}*`)).toEqual([]);
    redis.disconnect();
  }, 180_000);
});

test.each([
  ["PostgreSQL", "DATABASE_URL", { DATABASE_URL: "postgres://127.0.0.1:1/none", REDIS_URL: redisServer.url }],
  ["Redis", "REDIS_URL", { DATABASE_URL: postgresServer.url, REDIS_URL: "redis://127.0.0.1:1" }],
])(
  "the fleet says so when %s does not answer",
  async (what, variable, env) => {
    const { code, output } = await runExample("fleet/main.ts", [], env);
    expect(code).toBe(1);
    // Whichever is asked first.
    expect(output).toMatch(missing ? /does not answer/ : new RegExp(`^${what} does not answer .*${variable}`));
  },
  60_000,
);

test("the load balancer takes turns, passes over servers that refuse, and cuts the requests of one that dies", async () => {
  const servers = await Promise.all(
    ["a", "b"].map(async name => {
      const server = createServer((request, response) => {
        if (request.url === "/die") request.socket.destroy();
        else response.setHeader("connection", "close").end(name);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const balancer = await startBalancer();
  for (const server of servers) balancer.add((server.address() as AddressInfo).port);
  const ask = async (path = "/") => (await fetch(balancer.url + path, { headers: { connection: "close" } })).text();
  expect([await ask(), await ask(), await ask(), await ask()].sort()).toEqual(["a", "a", "b", "b"]);
  await expect(ask("/die")).rejects.toThrow();
  servers[0]?.close();
  await once(servers[0]!, "close");
  expect([await ask(), await ask(), await ask()]).toEqual(["b", "b", "b"]);
  servers[1]?.close();
  await once(servers[1]!, "close");
  await expect(ask()).rejects.toThrow();
  await balancer.close();
});

test("the most that are alive at once are counted, each from its first use to its last", () => {
  const uses = (text: string) => [...text].map((what, at) => ({ what, at }));
  expect(mostAlive([])).toBe(0);
  expect(mostAlive(uses("aaabbbccc"))).toBe(1);
  expect(mostAlive(uses("aaababbcbcc"))).toBe(2);
  expect(mostAlive(uses("abca"))).toBe(2);
  expect(mostAlive(uses("abcab"))).toBe(3);
});

test("the same seed gives the same random numbers, each from 0 to 1", () => {
  const numbers = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 1_000 }, random);
  };
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  for (const seed of [0, -1, 2 ** 31, 1.5]) {
    const drawn = numbers(seed);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(drawn.reduce((sum, number) => sum + number) / drawn.length).toBeCloseTo(0.5, 1);
  }
});

/** Rooms across servers take the sharded publish and subscribe of Redis 7. */
async function tooOld(url: string): Promise<string | undefined> {
  const redis = new Redis(url);
  const [, version = ""] = /^redis_version:(\S+)/m.exec(await redis.info("server")) ?? [];
  redis.disconnect();
  return Number.parseInt(version, 10) < 7 ? `Redis is ${version}, and it takes 7.0` : undefined;
}
