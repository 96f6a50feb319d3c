import { systemClock } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import type { Device, DevicePushType, DeviceStore } from "./device.js";
import { fieldsOf, type RedisClient, scriptRunner, textOf } from "./redis-client.js";
import { entriesOf, isTrue, madeAt, newStamp, phoneEntry, tokenAndStamp, tokenEntry } from "./redis-index.js";
import { type DeviceRecord, recordFields, recordOf } from "./redis-record.js";
import {
  DROP_FIELDS,
  READ,
  REMOVE_RECORD,
  SET_ENVIRONMENT,
  SET_FIELDS,
  SWAP_FIELD,
  WRITE_RECORD,
} from "./redis-scripts.js";
import { isUnicode } from "./storable-text.js";
import { type StoreCallOptions, storeCalls } from "./store-call.js";

export interface RedisDeviceStoreOptions extends StoreCallOptions {
  /** What every key starts with, default `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

/** After this long no save is still on its way between its entry in the index and its record. */
const ENTRY_IS_OLD = 3_600_000;

/**
 * Devices in Redis 4 or later, or what speaks its language, in a cluster too. The server must keep what it has
 * (`maxmemory-policy noeviction`, and persistence switched on): these keys are no cache.
 *
 * A token's key (`{prefix}token:{token}`) is the truth. A user's index (`{prefix}user:{push type}:{user id}`) is a hint
 * where to look: an entry is made before the token's key is written, and dropped after it is gone. So `list` misses no
 * device at any moment, whatever fails in between, and it drops what was left behind.
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
  const { prefix = "apns-voip:", clock = systemClock } = options;
  const call = storeCalls("redisDeviceStore", options);
  const run = scriptRunner(client);

  const tokenKey = (token: string) => `${prefix}token:${token}`;
  const indexKey = ({ userId, pushType }: Pick<Device, "userId" | "pushType">) => `${prefix}user:${pushType}:${userId}`;

  async function save(record: DeviceRecord): Promise<void> {
    const { device, stamp } = record;
    const entry = tokenEntry(record);
    await run(SET_FIELDS, indexKey(device), entry.field, entry.value);
    const replaced = await run(WRITE_RECORD, tokenKey(device.token), ...recordFields(record));
    const before = recordOf(device.token, fieldsOf(replaced));
    await Promise.all([
      replaceOnPhone(record),
      // With the same stamp it is our own: a client that loses the answer sends the command again.
      before && before.stamp !== stamp ? forget(before) : undefined,
    ]);
  }

  /** Each save of a phone removes what the one before it wrote, and nothing else: so the last one stays. */
  async function replaceOnPhone(record: DeviceRecord): Promise<void> {
    const entry = phoneEntry(record);
    if (entry === undefined) return;
    const replaced = await run(SWAP_FIELD, indexKey(record.device), entry.field, entry.value);
    if (replaced === null || replaced === undefined) return;
    const { token, stamp } = tokenAndStamp(textOf(replaced));
    if (token !== entry.token) await remove(token, ["stamp", stamp]);
  }

  async function remove(token: string, conditions: readonly string[]): Promise<boolean> {
    const removed = recordOf(token, fieldsOf(await run(REMOVE_RECORD, tokenKey(token), ...conditions)));
    if (removed) await forget(removed);
    return removed !== undefined;
  }

  async function forget(record: DeviceRecord): Promise<void> {
    const entries = [tokenEntry(record), phoneEntry(record)].filter(entry => entry !== undefined);
    await run(DROP_FIELDS, indexKey(record.device), ...entries.flatMap(({ field, value }) => [field, value]));
  }

  async function list(userId: string, pushType: DevicePushType): Promise<Device[]> {
    const key = indexKey({ userId, pushType });
    const entries = entriesOf(await run(READ, key));
    const records = new Map<string, DeviceRecord>();
    await Promise.all(
      Array.from(new Set(entries.map(({ token }) => token)), async token => {
        const record = recordOf(token, fieldsOf(await run(READ, tokenKey(token))));
        if (record?.device.userId === userId && record.device.pushType === pushType) records.set(token, record);
      }),
    );
    const leftBehind = entries
      .filter(({ stamp }) => clock.now() - madeAt(stamp) > ENTRY_IS_OLD)
      .filter(entry => !isTrue(entry, records.get(entry.token)));
    // A caller waits for the devices, not for the tidying: should it fail, the next list tries again.
    if (leftBehind.length > 0) {
      await run(DROP_FIELDS, key, ...leftBehind.flatMap(({ field, value }) => [field, value])).catch(() => {});
    }
    return Array.from(records.values(), ({ device }) => device).sort(
      (a, b) => b.registeredAt.getTime() - a.registeredAt.getTime(),
    );
  }

  return {
    save: async device => {
      refuseWhatCannotBeStored(device);
      const record = { device: { ...device, token: device.token.toLowerCase() }, stamp: newStamp(clock.now()) };
      await call("save", () => save(record));
    },
    list: async (userId, pushType) => (isUnicode(userId) ? call("list", () => list(userId, pushType)) : []),
    remove: async (token, { userId, registeredBefore } = {}) => {
      if (!isUnicode(token) || (userId !== undefined && !isUnicode(userId))) return false;
      const conditions = [
        ...(userId === undefined ? [] : ["userId", userId]),
        ...(registeredBefore === undefined ? [] : ["registeredBefore", String(registeredBefore.getTime())]),
      ];
      return call("remove", () => remove(token.toLowerCase(), conditions));
    },
    setEnvironment: async (token, environment) => {
      if (!isUnicode(token)) return;
      await call("setEnvironment", () => run(SET_ENVIRONMENT, tokenKey(token.toLowerCase()), environment));
    },
  };
}

function refuseWhatCannotBeStored(device: Device): void {
  const issues = (["userId", "token", "bundleId", "deviceId"] as const)
    .filter(field => device[field] !== undefined && !isUnicode(device[field]))
    .map(path => ({ path, message: "must be Unicode text" }));
  if (issues.length === 0) return;
  const fields = issues.map(({ path }) => path).join(", ");
  throw new ApnsVoipError("INVALID_REGISTRATION", `Redis cannot store this device: ${fields} must be Unicode text`, {
    issues,
  });
}
