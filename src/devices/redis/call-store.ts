import { randomUUID } from "node:crypto";
import { type Checks, wants } from "../../internal/options.js";
import type { CallName, CallStore, CallsChange, StoredCall } from "../../signal/calls/store.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { TAKE_DUE, WRITE_CALLS } from "./call-scripts.js";
import { checkStore, fieldsOf, type RedisClient, redisCommands, textOf } from "./client.js";

export interface RedisCallStoreOptions extends StoreCallOptions {
  /** Every key starts with this, in braces as a hash tag. Default: `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

const CHECKS: Checks<RedisCallStoreOptions> = {
  ...STORE_CHECKS,
  // Redis ignores an empty hash tag, and keys would lie in many slots.
  prefix: wants(
    "text that does not begin with }",
    (given: unknown) => typeof given === "string" && !given.startsWith("}"),
  ),
};

/**
 * Calls in Redis 5 or later, for several signal servers. All keys are in one hash slot, so that a step changes both users at
 * once in a cluster, too, and each ends by itself: a ringing call after a minute, an answered one after a day.
 *
 * The servers' clocks must agree to within a second (NTP does that): what is due is due by the clock of the server that asks.
 *
 * @example
 * const calls = createCalls({ push, online, emit, store: redisCallStore(client) });
 */
export function redisCallStore(client: RedisClient, options: RedisCallStoreOptions = {}): CallStore {
  checkStore("redisCallStore", client, options, CHECKS);
  const { prefix = "apns-voip:" } = options;
  const call = storeCalls("redisCallStore", { timeout: 2_000, ...options });
  const redis = redisCommands(client);
  const dueKey = `{${prefix}calls}:due`;
  const userKey = (userId: string) => `{${prefix}calls}:user:${userId}`;

  return {
    isShared: true,

    async read(userIds) {
      const states = await call("read", () => Promise.all(userIds.map(userId => redis.fields(userKey(userId)))));
      const marks: string[] = [];
      const calls = new Map<string, StoredCall>();
      for (const fields of states.map(fieldsOf)) {
        marks.push(fields.get(MARK) ?? "");
        for (const [field, value] of fields) if (field.startsWith(CALL)) calls.set(field, readCall(field, value));
      }
      return { marks, calls: [...calls.values()] };
    },

    async write(change) {
      const { keys, args } = writing(change, userKey);
      return Number(await call("write", () => redis.runOn(WRITE_CALLS, [dueKey, ...keys], args))) === 1;
    },

    async due(now, again, most) {
      const args = [now, again, most].map(String);
      const reply = await call("due", () => redis.runOn(TAKE_DUE, [dueKey], args));
      return Array.isArray(reply) ? reply.map(member => readName(textOf(member))) : [];
    },
  };
}

const MARK = "mark";
const CALL = "call:";

/** A call as the value of a field in a user's hash. */
type Written = readonly [from: string, to: string, dueAt: number, expiresAt: number, value: string];

function readCall(field: string, text: string): StoredCall {
  const [from, to, dueAt, expiresAt, value] = JSON.parse(text) as Written;
  return { id: field.slice(CALL.length), users: [from, to], value, dueAt, expiresAt };
}

function readName(member: string): CallName {
  const [id, from, to] = JSON.parse(member) as [string, string, string];
  return { id, users: [from, to] };
}

function memberOf({ id, users: [from, to] }: CallName): string {
  return JSON.stringify([id, from, to]);
}

/**
 * The keys and arguments of `WRITE_CALLS`. Users are named by their place among the keys; those that were read come
 * first.
 */
function writing({ users, marks, put, drop, now }: CallsChange, userKey: (userId: string) => string) {
  const all = [...new Set([...users, ...[...put, ...drop].flatMap(({ users }) => users)])];
  const placesOf = ({ users: both }: CallName) => both.map(userId => String(all.indexOf(userId) + 2));
  const args = [
    randomUUID(),
    String(users.length),
    ...marks,
    String(put.length),
    ...put.flatMap(call => {
      const { id, users: both, dueAt, expiresAt, value } = call;
      const written: Written = [...both, dueAt, expiresAt, value];
      const ttl = String(Math.max(1, Math.ceil(expiresAt - now)));
      return [`${CALL}${id}`, ...placesOf(call), JSON.stringify(written), ttl, String(dueAt), memberOf(call)];
    }),
    String(drop.length),
    ...drop.flatMap(call => [`${CALL}${call.id}`, ...placesOf(call), memberOf(call)]),
  ];
  return { keys: all.map(userKey), args };
}
