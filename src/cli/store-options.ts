import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DeviceStore } from "../devices/device.js";
import { postgresDeviceStore } from "../devices/postgres/device-store.js";
import { postgresUserColumnStore } from "../devices/postgres/user-column-store.js";
import { type Env, setting } from "../doctor/env.js";
import { shellWord } from "../internal/shell-word.js";
import { UsageError } from "./command.js";
import type { OptionTable, OptionValues } from "./options.js";

/** Where the API server keeps devices. */
export const STORE_OPTIONS = {
  database: {
    type: "string",
    value: "<url>",
  },
  table: {
    type: "string",
    value: "<name>",
  },
  "users-table": {
    type: "string",
    value: "<name>",
  },
  "id-column": {
    type: "string",
    value: "<name>",
  },
  "token-column": {
    type: "string",
    value: "<name>",
  },
  "alert-token-column": {
    type: "string",
    value: "<name>",
  },
  redis: {
    type: "string",
    value: "<url>",
  },
  store: {
    type: "string",
    value: "<file>",
  },
} as const satisfies OptionTable;

type StoreValues = OptionValues<typeof STORE_OPTIONS>;

export interface OpenedStore {
  readonly devices: DeviceStore;
  /** A shell command that shows a user's rows. */
  show(userId: string): string | undefined;
  close(): Promise<void>;
}

/** Opens the store that was named; `undefined` when none was. */
export async function openStore(values: StoreValues, env: Env, cwd: string): Promise<OpenedStore | undefined> {
  if (values.store !== undefined) return openModule(values.store, cwd);
  if (values.redis !== undefined) return openRedis(values.redis, cwd);
  const url = values.database ?? setting(env, "DATABASE_URL");
  if (url === undefined) return undefined;
  if (isPostgresUrl(url)) return openPostgres(url, values, cwd);
  if (values.database !== undefined) throw new UsageError(noPostgresUrl("--database", url));
  // `DATABASE_URL` is the server's own setting: that it is wrong becomes a finding, and the other checks go on.
  const error = new Error(noPostgresUrl("DATABASE_URL", url));
  return { devices: deadStore(error), show: () => undefined, close: async () => {} };
}

/** The driver `pg` would take any other text for the name of a host and ask DNS for it. */
function isPostgresUrl(text: string): boolean {
  return /^(?:postgres|postgresql|socket):/i.test(text);
}

/** Text with an `@` may hold a password, so it is not shown. */
function noPostgresUrl(name: string, given: string): string {
  const shown = given.includes("@") ? "text without postgres://" : JSON.stringify(given);
  return `${name}: ${shown} given; wanted: postgres://user:password@host:5432/name. A PGlite folder cannot be read while the server has it open: use --store`;
}

async function openModule(file: string, cwd: string): Promise<OpenedStore> {
  const path = resolve(cwd, file);
  const module = (await import(pathToFileURL(path).href).catch(error => {
    throw new UsageError(`--store: ${file} cannot be loaded: ${(error as Error).message}`);
  })) as { readonly default?: unknown };
  const made = typeof module.default === "function" ? await module.default() : module.default;
  if (typeof (made as DeviceStore | undefined)?.list !== "function") {
    throw new UsageError(`--store: the default export of ${file} is no DeviceStore, and no function that makes one`);
  }
  return { devices: made as DeviceStore, show: () => undefined, close: async () => {} };
}

async function openPostgres(url: string, values: StoreValues, cwd: string): Promise<OpenedStore> {
  const pg = (await importFrom(cwd, "pg", "--database")) as { readonly default: PgModule };
  const pool = new pg.default.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 5000 });
  // An idle connection that is lost emits an error, which without a listener would end the process.
  pool.on("error", () => {});
  const { table, "users-table": users, "id-column": idColumn, "token-column": tokenColumn } = values;
  const inUsers = users !== undefined || tokenColumn !== undefined;
  const devices = inUsers
    ? postgresUserColumnStore(pool, {
        table: users,
        idColumn,
        tokenColumn,
        alertTokenColumn: values["alert-token-column"],
      })
    : postgresDeviceStore(pool, { table });
  const select = inUsers
    ? (id: string) =>
        `select ${idColumn ?? "id"}, left(${tokenColumn ?? "voip_device_token"}, 12) from ${users ?? "users"} where ${idColumn ?? "id"} = ${id}`
    : (id: string) =>
        `select push_type, left(token, 12), bundle_id, environment, registered_at from ${table ?? "push_devices"} where user_id = ${id}`;
  return {
    devices,
    show: userId => `psql "$DATABASE_URL" -c ${shellWord(select(`'${userId.replaceAll("'", "''")}'`))}`,
    // `end()` waits for a database that hangs, so it is given half a second.
    close: () => Promise.race([pool.end(), new Promise<void>(resolve => setTimeout(resolve, 500).unref())]),
  };
}

async function openRedis(url: string, cwd: string): Promise<OpenedStore> {
  const { redisDeviceStore } = await import("../devices/redis/index.js");
  const { createClient } = (await importFrom(cwd, "redis", "--redis")) as RedisModule;
  const client = createClient({ url, socket: { connectTimeout: 5000, reconnectStrategy: false } });
  client.on("error", () => {});
  const show = (userId: string) => `redis-cli -u "$REDIS_URL" hgetall ${shellWord(`apns-voip:user:voip:${userId}`)}`;
  try {
    await client.connect();
  } catch (error) {
    return { devices: deadStore(error), show, close: async () => {} };
  }
  return { devices: redisDeviceStore(client), show, close: async () => client.destroy() };
}

/** A store whose methods reject with what kept it from being opened, so that a check can report it. */
function deadStore(error: unknown): DeviceStore {
  const refuse = () => Promise.reject(error);
  return { save: refuse, list: refuse, remove: refuse, setEnvironment: refuse };
}

interface PgModule {
  readonly Pool: new (
    options: object,
  ) => {
    on(event: "error", listener: () => void): void;
    query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
    end(): Promise<void>;
  };
}

interface RedisModule {
  createClient(options: object): Parameters<typeof import("../devices/redis/index.js")["redisDeviceStore"]>[0] & {
    on(event: "error", listener: () => void): void;
    connect(): Promise<unknown>;
    destroy(): void;
  };
}

/** Imports the driver from the project in which the command runs: this package brings none. */
async function importFrom(cwd: string, name: string, option: string): Promise<unknown> {
  try {
    const path = createRequire(join(cwd, "package.json")).resolve(name);
    return await import(pathToFileURL(path).href);
  } catch {
    throw new UsageError(`${option} needs the package "${name}" in ${cwd}: npm install ${name}`);
  }
}
