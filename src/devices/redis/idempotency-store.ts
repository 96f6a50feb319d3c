import { randomUUID } from "node:crypto";
import { aText, type OptionChecks } from "../../internal/options.js";
import type { IdempotencyStore } from "../idempotency-store.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { checkStore, type RedisClient, redisCommands } from "./client.js";
import { CANCEL, CLAIM, HOLD, RELEASE } from "./scripts.js";

export interface RedisIdempotencyStoreOptions extends StoreCallOptions {
  /** What every key starts with, default `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

const CHECKS: OptionChecks<RedisIdempotencyStoreOptions> = { ...STORE_CHECKS, prefix: aText };

/**
 * Idempotency keys in Redis, for all processes of a fleet. A key is forgotten when its time is over.
 *
 * @example
 * const push = createPushService({ apns, devices, idempotency: redisIdempotencyStore(client) });
 */
export function redisIdempotencyStore(
  client: RedisClient,
  options: RedisIdempotencyStoreOptions = {},
): IdempotencyStore {
  checkStore("redisIdempotencyStore", client, options, CHECKS);
  const { prefix = "apns-voip:" } = options;
  const call = storeCalls("redisIdempotencyStore", options);
  const redis = redisCommands(client);
  const keyOf = (key: string) => `${prefix}claim:${key}`;
  // Redis takes whole milliseconds, and refuses 0.
  const wholeMs = (ttlMs: number) => String(Math.max(1, Math.ceil(ttlMs)));

  return {
    async claim(key, ttlMs) {
      const code = Number(await call("claim", () => redis.run(CLAIM, keyOf(key), randomUUID(), wholeMs(ttlMs))));
      return code === 2 ? "cancelled" : code === 1;
    },
    async release(key) {
      await call("release", () => redis.run(RELEASE, keyOf(key)));
    },
    async hold(key, ttlMs, isOut = false) {
      const args = [wholeMs(ttlMs), isOut ? "1" : "0"] as const;
      return Number(await call("hold", () => redis.run(HOLD, keyOf(key), ...args))) !== 0;
    },
    async cancel(key, ttlMs) {
      const code = Number(await call("cancel", () => redis.run(CANCEL, keyOf(key), wholeMs(ttlMs))));
      return code === 2 ? "held" : code === 1;
    },
  };
}
