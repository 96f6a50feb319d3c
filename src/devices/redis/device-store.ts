import { systemClock } from "../../clock.js";
import { aText, type OptionChecks } from "../../internal/options.js";
import type { DeviceStore } from "../device.js";
import { keyOfToken } from "../plain-token.js";
import { isUnicode, refuseUnstorable } from "../storable-text.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { checkStore, type RedisClient, redisCommands } from "./client.js";
import { redisOperations } from "./operations.js";

export interface RedisDeviceStoreOptions extends StoreCallOptions {
  /** What every key starts with, default `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

const CHECKS: OptionChecks<RedisDeviceStoreOptions> = { ...STORE_CHECKS, prefix: aText };

/**
 * Devices in Redis 4 or later, or what speaks its language, in a cluster too. The server must keep what it has
 * (`maxmemory-policy noeviction`, and persistence switched on): these keys are no cache.
 *
 * A token's key (`{prefix}token:{token}`) is the truth. A user's index (`{prefix}user:{push type}:{user id}`) is a hint
 * where to look, which `list` reads past and tidies up when something failed half-way.
 *
 * @example
 * import { createClient } from "redis";
 * import { redisDeviceStore } from "apns-voip/redis";
 *
 * const client = createClient({ url: process.env.REDIS_URL });
 * client.on("error", error => console.error(error.message)); // or a lost connection ends the process
 * await client.connect();
 * const devices = redisDeviceStore(client);
 */
export function redisDeviceStore(client: RedisClient, options: RedisDeviceStoreOptions = {}): DeviceStore {
  checkStore("redisDeviceStore", client, options, CHECKS);
  const { prefix = "apns-voip:", clock = systemClock } = options;
  const call = storeCalls("redisDeviceStore", options);
  const redis = redisOperations(redisCommands(client), prefix, clock);

  return {
    async save(device) {
      refuseUnstorable("Redis", device, isUnicode, "Unicode text");
      await call("save", () => redis.save({ ...device, token: keyOfToken(device.token) }));
    },

    async list(userId, pushType) {
      return isUnicode(userId) ? call("list", () => redis.list(userId, pushType)) : [];
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isUnicode(token) || (userId !== undefined && !isUnicode(userId))) return false;
      const conditions = [
        ...(userId === undefined ? [] : ["userId", userId]),
        ...(registeredBefore === undefined ? [] : ["registeredBefore", String(registeredBefore.getTime())]),
      ];
      return call("remove", () => redis.remove(keyOfToken(token), conditions));
    },

    async setEnvironment(token, environment) {
      if (!isUnicode(token)) return;
      await call("setEnvironment", () => redis.setEnvironment(keyOfToken(token), environment));
    },
  };
}
