import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { SignJWT } from "jose";
import pg from "pg";
import { type Child, startChild } from "../demo/child.ts";
import { type Balancer, startBalancer } from "./balancer.ts";

const API_SERVERS = 4;
const SIGNAL_SERVERS = 2;
/** Milliseconds that a call rings here: less than the usual half minute, so that unanswered calls do not take long. */
export const RING_TIMEOUT = 12_000;

/** A server that can be killed. */
export interface Server {
  readonly kind: "API" | "signal";
  readonly name: string;
  readonly isUp: boolean;
  /** Ends it without warning and starts it again; resolves when it listens. */
  killAndRestart(): Promise<void>;
}

/** All processes, and what a phone needs to use them. */
export interface Fleet {
  /** The schema in PostgreSQL, and the prefix of the keys in Redis. */
  readonly name: string;
  readonly apple: Child;
  readonly servers: readonly Server[];
  readonly apiUrl: string;
  readonly signalUrl: string;
  /** The Bearer token of a user's app. */
  login(userId: number): Promise<string>;
  /** Stops everything, and leaves nothing behind in PostgreSQL and Redis. */
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly seed: number;
  /** Milliseconds by which all clocks are ahead of ours. */
  readonly clockAhead: number;
}

/** Starts a mock of Apple, API servers and signal servers behind a load balancer each, in a schema and under a prefix of their own. */
export async function startFleet({ databaseUrl, redisUrl, seed, clockAhead }: FleetOptions): Promise<Fleet> {
  const name = `apns_voip_fleet_${process.pid}`;
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
  await answers("PostgreSQL", "DATABASE_URL", database.query("SELECT 1"));
  const refused = once(redis, "error").then(([error]) => Promise.reject(error));
  await answers("Redis", "REDIS_URL", Promise.race([redis.connect(), refused]));
  const [, version = ""] = /^redis_version:(\S+)/m.exec(await redis.info("server")) ?? [];
  if (Number.parseInt(version, 10) < 7)
    throw new Error(`Redis is ${version}; signal servers that share rooms want 7.0`);

  const folder = mkdtempSync(join(tmpdir(), "apns-voip-fleet-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const secret = randomBytes(32).toString("base64url");
  const apple = startChild("apple", "../fleet/apple.ts", {
    CA_PATH: join(folder, "ca.pem"),
    CLOCK_AHEAD: String(clockAhead),
    SEED: String(seed),
  });
  const balancers = { API: await startBalancer(), signal: await startBalancer() };
  const shared = {
    ...{ JWT_SECRET: secret, ADMIN_PUSH_TOKEN: randomBytes(32).toString("base64url") },
    ...{ DATABASE_URL: databaseUrl, SCHEMA: name, REDIS_URL: redisUrl, PREFIX: `${name}:` },
    ...{ API_URL: balancers.API.url, ...(await apple.ask<Record<string, string>>("env")) },
  };

  const servers = await Promise.all([
    ...Array.from({ length: API_SERVERS }, (_, index) => {
      // Each process has a clock of its own. They are up to three seconds apart.
      const env = { ...shared, CLOCK_AHEAD: String(clockAhead - 1_000 * index) };
      return startServer("API", `API ${index + 1}`, "../fleet/api-server.ts", env, balancers.API);
    }),
    ...Array.from({ length: SIGNAL_SERVERS }, (_, index) => {
      const server = `signal ${index + 1}`;
      return startServer(
        "signal",
        server,
        "../fleet/signal-server.ts",
        { ...shared, NAME: server, RING_TIMEOUT: String(RING_TIMEOUT) },
        balancers.signal,
      );
    }),
  ]);

  return {
    name,
    apple,
    servers,
    apiUrl: balancers.API.url,
    signalUrl: balancers.signal.url,
    login: userId =>
      new SignJWT({ uid: userId })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("12h")
        .sign(Buffer.from(secret)),
    async close() {
      await Promise.all([...servers.map(server => server.stop()), apple.stop()]);
      await Promise.all([balancers.API.close(), balancers.signal.close()]);
      await database.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
      await database.end();
      for await (const keys of redis.scanStream({ match: `*${name}:*`, count: 1_000 })) {
        if (keys.length > 0) await redis.unlink(keys);
      }
      redis.disconnect();
    },
  };
}

async function startServer(
  kind: Server["kind"],
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  balancer: Balancer,
): Promise<Server & { stop(): Promise<void> }> {
  let isUp = false;
  let child: Child;

  async function start(port: number, tries = 1): Promise<number> {
    child = startChild(kind === "API" ? "api" : "signal", file, { ...env, PORT: String(port) });
    try {
      const listening = Number(await child.reads(/listening on \S+:(\d+)$/));
      isUp = true;
      return listening;
    } catch (error) {
      if (tries <= 1) throw error;
      // While nobody listened, somebody's connection may have taken the port as its own.
      await delay(500);
      return start(port, tries - 1);
    }
  }

  // A restarted server keeps its port, as one behind a load balancer does.
  const port = await start(0);
  balancer.add(port);
  return {
    kind,
    name,
    get isUp() {
      return isUp;
    },
    async killAndRestart() {
      isUp = false;
      await child.stop("SIGKILL");
      await start(port, 20);
    },
    stop: () => child.stop("SIGKILL"),
  };
}

async function answers(what: string, variable: string, answer: Promise<unknown>): Promise<void> {
  await answer.catch((error: Error) => {
    throw new Error(`${what} does not answer (${error.message}); ${variable} says where it is`);
  });
}
