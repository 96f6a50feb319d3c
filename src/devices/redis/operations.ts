import type { Clock } from "../../clock.js";
import type { Device, DevicePushType } from "../device.js";
import { fieldsOf, type RedisCommands, textOf } from "./client.js";
import { type DeviceRecord, recordFields, recordOf, recordOfValues } from "./record.js";
import { DROP_FIELD, REMOVE_RECORD, RENEW_FIELD, SET_ENVIRONMENT, SWAP_FIELD, WRITE_RECORD } from "./scripts.js";
import { entriesOf, isTrue, madeAt, newStamp, phoneEntry, tokenAndStamp, tokenEntry } from "./user-index.js";

/** Milliseconds after which an entry without a record is no save under way, but one that failed half-way. */
const ENTRY_IS_OLD = 3_600_000;

/**
 * What the store does, as commands that touch one key each. Others may come in between any two of them, and any may fail:
 *
 * - An entry is in the index before the record is written, and is dropped only by what overwrote or removed that record.
 *   So a record is always listed.
 * - Of the tokens of one phone, the one noted last stays. A token is removed only as the save wrote it that had noted it.
 */
export function redisOperations(redis: RedisCommands, prefix: string, clock: Clock) {
  const tokenKey = (token: string) => `${prefix}token:${token}`;
  const indexKey = ({ userId, pushType }: Pick<Device, "userId" | "pushType">) => `${prefix}user:${pushType}:${userId}`;

  async function save(device: Device): Promise<void> {
    const [record, before] = await write(device);
    const replaced = await notePhone(record);
    if (before) await forget(before);
    if (replaced === undefined) return;

    await remove(replaced.token, ["stamp", replaced.stamp]);
    // An earlier save may have written and noted our token, and the other token's save may be about to remove that.
    // Written once more, ours is safe from it. If it is no longer the phone's token by now, it goes.
    const [again, overwritten] = await write(device);
    if (!(await isStillNoted(record, again))) await remove(device.token, ["stamp", again.stamp]);
    if (overwritten) await forget(overwritten);
  }

  async function write(device: Device): Promise<[written: DeviceRecord, before: DeviceRecord | undefined]> {
    const record = { device, stamp: newStamp(clock.now()) };
    const entry = tokenEntry(record);
    await redis.setField(indexKey(device), entry.field, entry.value);
    const overwritten = await redis.run(WRITE_RECORD, tokenKey(device.token), ...recordFields(record));
    const before = recordOfValues(device.token, overwritten);
    // A record with our own stamp is ours: a client that loses the answer sends the command again.
    return [record, before?.stamp === record.stamp ? undefined : before];
  }

  /** Notes the phone's token, and gives the one that was noted before, if it is another. */
  async function notePhone(record: DeviceRecord): Promise<{ token: string; stamp: string } | undefined> {
    const entry = phoneEntry(record);
    if (entry === undefined) return undefined;
    const noted = await redis.run(SWAP_FIELD, indexKey(record.device), entry.field, entry.value);
    if (noted === null || noted === undefined) return undefined;
    const last = tokenAndStamp(textOf(noted));
    return last.token === entry.token ? undefined : last;
  }

  async function isStillNoted(record: DeviceRecord, again: DeviceRecord): Promise<boolean> {
    const entry = phoneEntry(again)!;
    const noted = await redis.run(
      RENEW_FIELD,
      indexKey(again.device),
      entry.field,
      phoneEntry(record)!.value,
      entry.value,
    );
    return tokenAndStamp(textOf(noted)).token === entry.token;
  }

  /** `conditions`: pairs, as `REMOVE_RECORD` takes them. */
  async function remove(token: string, conditions: readonly string[]): Promise<boolean> {
    const removed = recordOfValues(token, await redis.run(REMOVE_RECORD, tokenKey(token), ...conditions));
    if (removed) await forget(removed);
    return removed !== undefined;
  }

  async function forget(record: DeviceRecord): Promise<void> {
    const key = indexKey(record.device);
    const phone = phoneEntry(record);
    // The phone's entry may name another token by now, so it goes only with this value. The token's entry is this
    // save's alone.
    if (phone) await redis.run(DROP_FIELD, key, phone.field, phone.value);
    await redis.dropFields(key, [tokenEntry(record).field]);
  }

  async function list(userId: string, pushType: DevicePushType): Promise<Device[]> {
    const key = indexKey({ userId, pushType });
    const entries = entriesOf(await redis.fields(key));
    const records = new Map<string, DeviceRecord>();
    await Promise.all(
      Array.from(new Set(entries.map(({ token }) => token)), async token => {
        const record = recordOf(token, fieldsOf(await redis.fields(tokenKey(token))));
        if (record?.device.userId === userId && record.device.pushType === pushType) records.set(token, record);
      }),
    );
    const leftBehind = entries
      .filter(({ stamp }) => clock.now() - madeAt(stamp) > ENTRY_IS_OLD)
      .filter(entry => !isTrue(entry, records.get(entry.token)));
    // Where the tidying fails, the devices are given all the same: the next list tidies again.
    const tidying = leftBehind.map(({ field, value }) => redis.run(DROP_FIELD, key, field, value));
    await Promise.all(tidying).catch(() => {});
    return Array.from(records.values(), ({ device }) => device).sort(
      (a, b) => b.registeredAt.getTime() - a.registeredAt.getTime(),
    );
  }

  async function setEnvironment(token: string, environment: string): Promise<void> {
    await redis.run(SET_ENVIRONMENT, tokenKey(token), environment);
  }

  return { save, list, remove, setEnvironment };
}
