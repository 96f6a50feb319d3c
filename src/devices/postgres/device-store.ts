import { readSentEnvironment } from "../../environment.js";
import type { OptionChecks } from "../../internal/options.js";
import type { Device, DevicePushType, DeviceStore } from "../device.js";
import { keyOfToken } from "../plain-token.js";
import { isIndexableText, refuseUnstorable } from "../storable-text.js";
import { STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { checkStore, dateOf, optionalText, type PostgresClient, queryRows, type Row, seconds } from "./client.js";
import { aName, identifier } from "./identifier.js";
import { migratePostgres, type PostgresNames } from "./migrations.js";

export interface PostgresDeviceStoreOptions extends StoreCallOptions {
  /** Default `"push_devices"`. Up to 52 characters. */
  readonly table?: string | undefined;
  /** Default: the first one of the connection's `search_path`. `migrate()` makes it if it is not there. */
  readonly schema?: string | undefined;
}

const CHECKS: OptionChecks<PostgresDeviceStoreOptions> = {
  ...STORE_CHECKS,
  table: aName("_migrations".length),
  schema: aName(),
};

export interface PostgresDeviceStore extends DeviceStore {
  /**
   * Makes the table, or brings it up to date. Run it at every start, before the first request: it does nothing when there
   * is nothing to do, and any number of processes may run it at once. Bounded by a minute instead of `timeout`.
   */
  migrate(): Promise<void>;
}

/** Bytes of an id at most: an index entry has room for 2704, and three ids must fit. */
const MAX_ID_BYTES = 512;

const STORABLE = `Unicode text of at most ${MAX_ID_BYTES} bytes, without NUL`;
const isIndexable = (text: string): boolean => isIndexableText(text, MAX_ID_BYTES);

/**
 * Devices in a PostgreSQL table of their own, one round trip per operation, an index for each.
 *
 * User ids, bundle ids, device ids and tokens can have 512 bytes and no NUL: `save` refuses others with
 * `INVALID_REGISTRATION`; a user whose id cannot be stored has no devices.
 *
 * @example
 * import pg from "pg";
 * import { postgresDeviceStore } from "apns-voip/postgres";
 *
 * const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
 * pool.on("error", error => console.error(error.message)); // or a lost idle connection ends the process
 * const devices = postgresDeviceStore(pool);
 * await devices.migrate();
 */
export function postgresDeviceStore(
  client: PostgresClient,
  options: PostgresDeviceStoreOptions = {},
): PostgresDeviceStore {
  checkStore("postgresDeviceStore", client, options, CHECKS);
  const call = storeCalls("postgresDeviceStore", options, {
    "42P01": "call migrate() once, before the first request",
    "42501": "the database role lacks this right",
  });
  const names = namesOf(options);
  const sql = statements(names.table);
  const ask = (operation: string, text: string, values: unknown[]) =>
    call(operation, () => queryRows(client, text, values));

  return {
    async save(device) {
      refuseUnstorable("PostgreSQL", device, isIndexable, STORABLE);
      await ask("save", device.deviceId === undefined ? sql.save : sql.replace, [
        keyOfToken(device.token),
        device.userId,
        device.pushType,
        device.bundleId,
        device.deviceId,
        device.platform,
        device.environment,
        device.registeredAt.toISOString(),
      ]);
    },

    async list(userId, pushType) {
      if (!isIndexable(userId)) return [];
      const rows = await ask("list", sql.list, [userId, pushType]);
      return rows.map(row => deviceOf(row, userId, pushType)).sort(newestFirst);
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isIndexable(token) || (userId !== undefined && !isIndexable(userId))) return false;
      const rows = await ask("remove", sql.remove, [...keysOf(token), userId, registeredBefore?.toISOString()]);
      return rows.length > 0;
    },

    async setEnvironment(token, environment) {
      if (isIndexable(token)) await ask("setEnvironment", sql.setEnvironment, [...keysOf(token), environment]);
    },

    migrate: () => call("migrate", () => migratePostgres(client, names), 60_000),
  };
}

/**
 * What a row may have of a token: what it is, and what was made of it when others wrote the row. `list` gives the latter, so that
 * what it gave can be removed.
 */
const keysOf = (token: string): readonly string[] => [keyOfToken(token), token];

function namesOf({ table = "push_devices", schema }: PostgresDeviceStoreOptions): PostgresNames {
  const inSchema = schema === undefined ? "" : `${identifier(schema)}.`;
  return {
    schema: schema === undefined ? undefined : identifier(schema),
    table: `${inSchema}${identifier(table)}`,
    versions: `${inSchema}${identifier(`${table}_migrations`)}`,
    phoneIndex: identifier(`${table}_phone`),
    cleanTrigger: identifier(`${table}_clean`),
    cleanFunction: `${inSchema}${identifier(`${table}_clean`)}`,
  };
}

/**
 * `replace` deletes the phone's other tokens first: the insert reads from what counts them. When two new tokens of a phone
 * meet, the unique index makes one of them fail, and it is repeated. `save`, for a phone that does not say which it is, takes
 * PostgreSQL a third of the time.
 */
function statements(table: string) {
  const values = "$1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz";
  const insert = (source: string) => `
      INSERT INTO ${table} AS device
        (token, user_id, push_type, bundle_id, device_id, platform, environment, registered_at)
      ${source}
      ON CONFLICT (token) DO UPDATE SET
        user_id = excluded.user_id, push_type = excluded.push_type, bundle_id = excluded.bundle_id,
        device_id = excluded.device_id, platform = excluded.platform,
        environment = coalesce(excluded.environment, device.environment), registered_at = excluded.registered_at`;
  return {
    save: insert(`VALUES (${values})`),
    replace: `
      WITH replaced AS (
        DELETE FROM ${table}
        WHERE user_id = $2::text AND push_type = $3::text AND coalesce(bundle_id, '') = coalesce($4::text, '')
          AND device_id = $5::text AND token <> $1::text
        RETURNING 1
      )${insert(`SELECT ${values} FROM (SELECT count(*) FROM replaced) AS first`)}`,
    list: `
      SELECT token, bundle_id, device_id, environment, ${seconds("registered_at")} AS registered_seconds
      FROM ${table} WHERE user_id = $1::text AND push_type = $2::text`,
    remove: `
      DELETE FROM ${table}
      WHERE token IN ($1::text, $2::text) AND ($3::text IS NULL OR user_id = $3::text)
        AND ($4::timestamptz IS NULL OR registered_at < $4::timestamptz)
      RETURNING 1`,
    setEnvironment: `
      UPDATE ${table} SET environment = $3::text
      WHERE token IN ($1::text, $2::text) AND environment IS DISTINCT FROM $3::text`,
  };
}

/** Sorts here, because PostgreSQL takes longer to plan a sort than it takes to sort the few phones of a user. */
function newestFirst(a: Device, b: Device): number {
  return b.registeredAt.getTime() - a.registeredAt.getTime() || (a.token < b.token ? -1 : 1);
}

function deviceOf(row: Row, userId: string, pushType: DevicePushType): Device {
  return {
    userId,
    token: String(row.token),
    pushType,
    bundleId: optionalText(row.bundle_id),
    platform: "ios",
    deviceId: optionalText(row.device_id),
    environment: readSentEnvironment(row.environment),
    registeredAt: dateOf(row.registered_seconds),
  };
}
