/** One of several API servers that are all alike: devices in PostgreSQL, idempotency keys in Redis. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { apnsOptionsFromEnv, bearerAuth, createApnsClient, createPushRoutes, createPushService } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { postgresDeviceStore } from "apns-voip/postgres";
import { redisIdempotencyStore } from "apns-voip/redis";
import { Redis } from "ioredis";
import pg from "pg";
import { closeOnSignal, requireEnvironment } from "../environment.ts";
import { clockAhead } from "./clock.ts";

const { ADMIN_PUSH_TOKEN, JWT_SECRET, DATABASE_URL, SCHEMA, REDIS_URL, PREFIX } = requireEnvironment(
  {
    ADMIN_PUSH_TOKEN: "the same text as on the signal servers",
    JWT_SECRET: "the text that signs the app's logins",
    DATABASE_URL: "where PostgreSQL is",
    SCHEMA: "where the tables are",
    REDIS_URL: "where Redis is",
    PREFIX: "what every key in Redis starts with",
  },
  apnsOptionsFromEnv,
);

const pool = new pg.Pool({ connectionString: DATABASE_URL, connectionTimeoutMillis: 3_000, statement_timeout: 3_000 });
pool.on("error", error => console.error(`PostgreSQL: ${error.message}`));
const redis = new Redis(REDIS_URL, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: true });
redis.on("error", error => console.error(`Redis: ${error.message}`));
await redis.connect();

const apns = createApnsClient({ ...apnsOptionsFromEnv(), clock: clockAhead(Number(process.env.CLOCK_AHEAD ?? 0)) });
const devices = postgresDeviceStore(pool, { schema: SCHEMA });
await devices.migrate();
const push = createPushService({ apns, devices, idempotency: redisIdempotencyStore(redis, { prefix: PREFIX }) });
const authenticate = bearerAuth({ secret: JWT_SECRET, userIdClaim: "uid" });
const routes = createPushRoutes({ push, authenticate, adminToken: ADMIN_PUSH_TOKEN });

await apns.warmUp();
const server = createServer(toNodeHandler(routes));
server.listen(Number(process.env.PORT || 3000), () => {
  console.log(`API server listening on http://localhost:${(server.address() as AddressInfo).port}`);
});

closeOnSignal(async () => {
  await new Promise(resolve => server.close(resolve));
  await apns.close();
  await pool.end();
  redis.disconnect();
});
