import { createHash } from "node:crypto";
import { describe } from "../../internal/describe.js";
import { checkOptions, has, type OptionChecks, wrong } from "../../internal/options.js";
import type { StoreCallOptions } from "../store-call.js";

/** What we need of node-redis: a client, a pool, a cluster or a sentinel. */
export interface NodeRedisClient {
  hGetAll(key: string): Promise<unknown>;
  hSet(key: string, field: string, value: string): Promise<unknown>;
  hDel(key: string, fields: string[]): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What we need of ioredis: a `Redis` or a `Cluster`. */
export interface IoRedisClient {
  hgetall(key: string): Promise<unknown>;
  hset(key: string, field: string, value: string): Promise<unknown>;
  hdel(key: string, ...fields: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/**
 * A client of node-redis or ioredis, connected, and yours: you make it, give it an `error` listener, and close it. Its own
 * key prefix, if it has one, comes before ours.
 */
export type RedisClient = NodeRedisClient | IoRedisClient;

/**
 * The commands that we need, over either kind of client. Each touches one key, or keys of one hash slot, so that it
 * works in a cluster.
 */
export interface RedisCommands {
  fields(key: string): Promise<unknown>;
  setField(key: string, field: string, value: string): Promise<unknown>;
  dropFields(key: string, fields: string[]): Promise<unknown>;
  run(script: RedisScript, key: string, ...args: string[]): Promise<unknown>;
  /** As `run`, on several keys. They must be of one hash slot. */
  runOn(script: RedisScript, keys: string[], args: string[]): Promise<unknown>;
}

/** A script runs at once: nothing comes in between. */
export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): RedisScript {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

const NODE_REDIS = ["hGetAll", "hSet", "hDel", "eval", "evalSha"] as const;
const IOREDIS = ["hgetall", "hset", "hdel", "eval", "evalsha"] as const;

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`, for a client that is none, and for options. */
export function checkStore<Options extends StoreCallOptions>(
  store: string,
  client: unknown,
  options: Options,
  checks: OptionChecks<Options>,
): void {
  checkOptions<Options>(store, options, checks, () => {
    const wanted = "a client of node-redis (4 or later) or ioredis";
    if (client === undefined) return [wrong("client", wanted, client)];
    const problem = problemOf(client);
    return problem === undefined ? [] : [wrong("client", wanted, client, problem)];
  });
}

function problemOf(client: unknown): string | undefined {
  // Text is named and not quoted: it may be the URL of the server, with its password.
  if (typeof client !== "object" || client === null) return typeof client === "string" ? "text" : describe(client);
  if (has(...NODE_REDIS)(client)) return undefined;
  if (!has(...IOREDIS)(client)) return "an object without their methods";
  return speaksHttp(client as UnknownClient)
    ? "a client over HTTP, such as Upstash's, which takes other arguments"
    : undefined;
}

type UnknownClient = { readonly [name: string]: unknown } & Record<
  "eval" | "evalsha" | "hset",
  (...args: never) => unknown
>;

/**
 * A client over HTTP has the method names of ioredis but takes other arguments: it would fail at the first
 * registration, and leave half of it behind. It is known by methods that ioredis lacks, by the server's URL in it, and
 * by what its methods take: all fields of a hash as one object, keys and arguments as two lists.
 */
function speaksHttp(client: UnknownClient): boolean {
  if (has("connect")(client) || has("duplicate")(client)) return false;
  const inside = (client.client ?? {}) as Readonly<Record<string, unknown>>;
  return (
    ["createScript", "evalRo", "evalshaRo", "autoPipeline", "addTelemetry"].some(name => name in client) ||
    [client, inside].some(part => typeof part === "object" && ("baseUrl" in part || has("request")(part))) ||
    client.hset.length === 2 ||
    (client.eval.length === 3 && client.evalsha.length === 3)
  );
}

export function redisCommands(client: RedisClient): RedisCommands {
  if ("evalSha" in client) {
    const runOn = byHash(
      (sha, keys, args) => client.evalSha(sha, { keys, arguments: args }),
      (lua, keys, args) => client.eval(lua, { keys, arguments: args }),
    );
    return {
      fields: key => client.hGetAll(key),
      setField: (key, field, value) => client.hSet(key, field, value),
      dropFields: (key, fields) => client.hDel(key, fields),
      run: (script, key, ...args) => runOn(script, [key], args),
      runOn,
    };
  }
  if ("evalsha" in client) {
    const runOn = byHash(
      (sha, keys, args) => client.evalsha(sha, keys.length, ...keys, ...args),
      (lua, keys, args) => client.eval(lua, keys.length, ...keys, ...args),
    );
    return {
      fields: key => client.hgetall(key),
      setField: (key, field, value) => client.hset(key, field, value),
      dropFields: (key, fields) => client.hdel(key, ...fields),
      run: (script, key, ...args) => runOn(script, [key], args),
      runOn,
    };
  }
  // `checkStore` has let no other client pass.
  throw new TypeError("neither a client of node-redis nor of ioredis");
}

type Evaluate = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** Runs scripts by their hash. A server that does not know one (restarted, another node) gets its text. */
function byHash(evaluateSha: Evaluate, evaluate: Evaluate): RedisCommands["runOn"] {
  return async ({ lua, sha }, keys, args) => {
    try {
      return await evaluateSha(sha, keys, args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return evaluate(lua, keys, args);
    }
  };
}

/** Text from a reply: a client may be set to give buffers. */
export function textOf(reply: unknown): string {
  return typeof reply === "string" ? reply : String(reply);
}

/** The fields of a hash, in whatever the client gives for one by its kind and its settings. */
export function fieldsOf(reply: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  if (Array.isArray(reply)) {
    for (let n = 0; n + 1 < reply.length; n += 2) fields.set(textOf(reply[n]), textOf(reply[n + 1]));
  } else if (reply instanceof Map) {
    for (const [field, value] of reply) fields.set(textOf(field), textOf(value));
  } else if (typeof reply === "object" && reply !== null) {
    for (const [field, value] of Object.entries(reply)) fields.set(field, textOf(value));
  }
  return fields;
}
