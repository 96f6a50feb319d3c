import { randomUUID } from "node:crypto";
import { type OptionChecks, wants } from "../../internal/options.js";
import type { CallName, CallStore, CallsChange, StoredCall } from "../../signal/calls/store.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { TAKE_DUE, WRITE_CALLS } from "./call-scripts.js";
import { checkStore, fieldsOf, type RedisClient, redisCommands, textOf } from "./client.js";

export interface RedisCallStoreOptions extends StoreCallOptions {
  /** Every key starts with this, in braces as a hash tag. Default: `"apns-voip:"`. */
  readonly prefix?: string | undefined;
}

const CHECKS: OptionChecks<RedisCallStoreOptions> = {
  ...STORE_CHECKS,
  // Redis ignores an empty hash tag, and keys would lie in many slots.
  prefix: wants(
    "text that does not begin with }",
    (given: unknown) => typeof given === "string" && !given.startsWith("}"),
  ),
};

/**
 * Calls in Redis 5 or later, for several signal servers. All keys are in one hash slot, so that a step changes both users at
 * once in a cluster, too, and each ends by itself: a ringing call after twice the ring timeout, an answered one after a day.
 *
 * The servers' clocks must agree to within a second (NTP does that): what is due is due by the clock of the server that asks.
 *
 * @example
 * const calls = createCalls({ push, online, emit, store: redisCallStore(client) });
 */
export function redisCallStore(client: RedisClient, options: RedisCallStoreOptions = {}): CallStore {
  checkStore("redisCallStore", client, options, CHECKS);
  const { prefix = "apns-voip:" } = options;
  const call = storeCalls("redisCallStore", { ...options, timeout: options.timeout ?? 2_000 });
  const redis = redisCommands(client);
  const dueKey = `{${prefix}calls}:due`;
  const userKey = (userId: string) => `{${prefix}calls}:user:${userId}`;
  const textsKey = (id: string) => `{${prefix}calls}:texts:${id}`;

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

    async texts({ id }) {
      const fields = fieldsOf(await call("read", () => redis.fields(textsKey(id))));
      return new Map([...fields].map(([name, text]) => [Number(name), text]));
    },

    async write(change) {
      const { keys, args } = writing(change, userKey, textsKey);
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

/** What the first line of a user's field says of a call. Its value is what follows: JSON in JSON would be a sixth longer. */
type FirstLine = readonly [from: string, to: string, dueAt: number, expiresAt: number];

function readCall(field: string, text: string): StoredCall {
  const end = text.indexOf("\n");
  const [from, to, dueAt, expiresAt] = JSON.parse(text.slice(0, end)) as FirstLine;
  return { id: field.slice(CALL.length), users: [from, to], value: text.slice(end + 1), dueAt, expiresAt };
}

function readName(member: string): CallName {
  const [id, from, to] = JSON.parse(member) as [string, string, string];
  return { id, users: [from, to] };
}

function memberOf({ id, users: [from, to] }: CallName): string {
  return JSON.stringify([id, from, to]);
}

/** The keys and arguments of `WRITE_CALLS`: users, those that were named first, and then calls, by their places among the keys. */
function writing(
  { users, marks, put, drop, now }: CallsChange,
  userKey: (userId: string) => string,
  textsKey: (id: string) => string,
) {
  const all = [...new Set([...users, ...[...put, ...drop].flatMap(({ users }) => users)])];
  const calls = [...new Set([...put, ...drop].map(({ id }) => id))];
  const placesOf = ({ id, users: both }: CallName) =>
    [...both.map(userId => all.indexOf(userId)), all.length + calls.indexOf(id)].map(place => String(place + 2));
  const args = [
    randomUUID(),
    String(users.length),
    ...marks,
    String(put.length),
    ...put.flatMap(call => {
      const { id, users: both, dueAt, expiresAt, value, texts = new Map<number, string>(), forget = [] } = call;
      const first: FirstLine = [...both, dueAt, expiresAt];
      const ttl = String(Math.max(1, Math.ceil(expiresAt - now)));
      return [
        ...[
          `${CALL}${id}`,
          ...placesOf(call),
          `${JSON.stringify(first)}\n${value}`,
          ttl,
          String(dueAt),
          memberOf(call),
        ],
        ...[String(texts.size), ...[...texts].flatMap(([name, text]) => [String(name), text])],
        ...[String(forget.length), ...forget.map(String)],
      ];
    }),
    String(drop.length),
    ...drop.flatMap(call => [`${CALL}${call.id}`, ...placesOf(call), memberOf(call)]),
  ];
  return { keys: [...all.map(userKey), ...calls.map(textsKey)], args };
}
