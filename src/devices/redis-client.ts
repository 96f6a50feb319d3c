import { createHash } from "node:crypto";
import { ApnsVoipError } from "../errors.js";

/** What we need of node-redis: a client, a pool, a cluster or a sentinel. */
export interface NodeRedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What we need of ioredis: a `Redis` or a `Cluster`. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/**
 * A client of node-redis or ioredis, connected, and yours: you make it, give it an `error` listener, and close it. Its own
 * key prefix, if it has one, comes before ours.
 */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** A script that touches one key, so that it runs in a cluster, and at once, so that nothing comes in between. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

export type RunScript = (script: Script, key: string, ...args: string[]) => Promise<unknown>;

/** Runs scripts by their hash. A server that does not know one (restarted, another node) gets its text. */
export function scriptRunner(client: RedisClient): RunScript {
  const { bySha, byText } = callsOf(client);
  return async ({ lua, sha }, key, ...args) => {
    try {
      return await bySha(sha, key, args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return byText(lua, key, args);
    }
  };
}

type Call = (script: string, key: string, args: string[]) => Promise<unknown>;

function callsOf(client: RedisClient): { bySha: Call; byText: Call } {
  if ("evalSha" in client) {
    return {
      bySha: (sha, key, args) => client.evalSha(sha, { keys: [key], arguments: args }),
      byText: (lua, key, args) => client.eval(lua, { keys: [key], arguments: args }),
    };
  }
  if (typeof client?.evalsha === "function") {
    return {
      bySha: (sha, key, args) => client.evalsha(sha, 1, key, ...args),
      byText: (lua, key, args) => client.eval(lua, 1, key, ...args),
    };
  }
  throw new ApnsVoipError("INVALID_OPTIONS", "client must be a client of node-redis (4 or later) or ioredis");
}

/** Text from a reply: a client may be set to give buffers. */
export function textOf(reply: unknown): string {
  return String(reply);
}

/** The fields of a hash, which Lua gives as a flat list of names and values. */
export function fieldsOf(reply: unknown): Map<string, string> {
  const flat = Array.isArray(reply) ? reply.map(textOf) : [];
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return fields;
}
