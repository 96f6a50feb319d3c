import { createHash } from "node:crypto";
import { ApnsVoipError } from "../../errors.js";

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

/** What both kinds of client can do. Each touches one key, so that it works in a cluster. */
export interface RedisCommands {
  fields(key: string): Promise<unknown>;
  setField(key: string, field: string, value: string): Promise<unknown>;
  dropFields(key: string, fields: string[]): Promise<unknown>;
  run(script: Script, key: string, ...args: string[]): Promise<unknown>;
}

/** A script runs at once: nothing comes in between. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

export function redisCommands(client: RedisClient): RedisCommands {
  if ("evalSha" in client) {
    return {
      fields: key => client.hGetAll(key),
      setField: (key, field, value) => client.hSet(key, field, value),
      dropFields: (key, fields) => client.hDel(key, fields),
      run: byHash(
        (sha, key, args) => client.evalSha(sha, { keys: [key], arguments: args }),
        (lua, key, args) => client.eval(lua, { keys: [key], arguments: args }),
      ),
    };
  }
  if ("evalsha" in client) {
    return {
      fields: key => client.hgetall(key),
      setField: (key, field, value) => client.hset(key, field, value),
      dropFields: (key, fields) => client.hdel(key, ...fields),
      run: byHash(
        (sha, key, args) => client.evalsha(sha, 1, key, ...args),
        (lua, key, args) => client.eval(lua, 1, key, ...args),
      ),
    };
  }
  throw new ApnsVoipError("INVALID_OPTIONS", "client must be a client of node-redis (4 or later) or ioredis");
}

type Evaluate = (script: string, key: string, args: string[]) => Promise<unknown>;

/** Runs scripts by their hash. A server that does not know one (restarted, another node) gets its text. */
function byHash(evaluateSha: Evaluate, evaluate: Evaluate): RedisCommands["run"] {
  return async ({ lua, sha }, key, ...args) => {
    try {
      return await evaluateSha(sha, key, args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return evaluate(lua, key, args);
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
