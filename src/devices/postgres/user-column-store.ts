import { readSentEnvironment } from "../../environment.js";
import { ApnsVoipError, type ApnsVoipIssue } from "../../errors.js";
import { describe } from "../../internal/describe.js";
import { type OptionChecks, wrong } from "../../internal/options.js";
import type { Device, DevicePushType, DeviceStore } from "../device.js";
import { keyOfToken } from "../plain-token.js";
import { isIndexableText } from "../storable-text.js";
import { codeOf, STORE_CHECKS, type StoreCallOptions, storeCalls } from "../store-call.js";
import { checkStore, dateOf, optionalText, type PostgresClient, queryRows, type Row } from "./client.js";
import { aName, identifier } from "./identifier.js";
import {
  listOfUser,
  removeToken,
  type Statement,
  saveForUser,
  setEnvironmentOfToken,
  type UserColumns,
} from "./user-column-sql.js";

export interface PostgresUserColumnStoreOptions extends StoreCallOptions {
  /** The users table, default `"users"`. */
  readonly table?: string | undefined;
  /** Its schema. Default: the connection's `search_path` finds the table. */
  readonly schema?: string | undefined;
  /** Default `"id"`. An integer, uuid or text column with an index, as primary keys are. */
  readonly idColumn?: string | undefined;
  /** The `voip` token, default `"voip_device_token"`. Nullable text. */
  readonly tokenColumn?: string | undefined;
  /** The `alert` token, nullable text. Without it alert tokens are not kept, and no message reaches a killed app. */
  readonly alertTokenColumn?: string | undefined;
  /** Nullable text. Without it every push has the client's `bundleId`, so only one build of the app rings. */
  readonly bundleIdColumn?: string | undefined;
  /** Nullable text. Without it the environment is learned anew, with one refused push each time the default is wrong. */
  readonly environmentColumn?: string | undefined;
  /** Nullable `timestamptz`. Without it a token that Apple calls unregistered stays until the app uploads another. */
  readonly registeredAtColumn?: string | undefined;
}

/**
 * Devices in columns that the users table already has: one `voip` token per user, and one `alert` token where there is a
 * column for it. The user's other columns describe the phone that registered last. Your own queries go on working.
 *
 * The columns are yours to make, and so are the indexes. Make them unique: then a registration does not read the whole
 * table, and a token that two users register at once ends with one of them.
 *
 * An id that the column's type cannot hold (`"abc"`, `"010"` for an integer) has no devices. `save` refuses a user that is
 * not in the table with `INVALID_REGISTRATION`.
 *
 * @example
 * // CREATE UNIQUE INDEX CONCURRENTLY ON users (voip_device_token);
 * const devices = postgresUserColumnStore(pool, { table: "users", tokenColumn: "voip_device_token" });
 */
export function postgresUserColumnStore(
  client: PostgresClient,
  options: PostgresUserColumnStoreOptions = {},
): DeviceStore {
  checkStore("postgresUserColumnStore", client, options, CHECKS, namedTwice);
  const call = storeCalls("postgresUserColumnStore", options, {
    "42P01": "there is no such table; see the options table and schema",
    "42703": "there is no such column; see the options that name columns",
    "42501": "the database role lacks this right",
  });
  const columns = columnsOf(options);
  const sql = statements(columns);
  const ask = (operation: string, { text, values }: Statement) =>
    call(operation, () => queryRows(client, text, values));

  return {
    async save(device) {
      const save = sql[device.pushType]?.save;
      if (save === undefined) return;
      if (!isStorable(device.userId) || !isStorable(device.token))
        throw notStored(device, "it has a NUL or is no Unicode");
      const { text, values } = save(device);
      const saved = await call("save", () =>
        queryRows(client, text, values).catch(error => {
          throw isAboutAnImpossibleId(error) ? notStored(device, error.message) : error;
        }),
      );
      if (saved.length === 0) throw notStored(device, `${columns.table} has no row with this ${columns.id}`);
    },

    async list(userId, pushType) {
      const list = sql[pushType]?.list;
      if (list === undefined || !isStorable(userId)) return [];
      const { text, values } = list({ userId });
      const rows = await call("list", () =>
        queryRows(client, text, values).catch(error => {
          if (isAboutAnImpossibleId(error)) return [];
          throw error;
        }),
      );
      return rows.map(row => deviceOf(row, pushType));
    },

    async remove(token, { userId, registeredBefore } = {}) {
      if (!isStorable(token) || (userId !== undefined && !isStorable(userId))) return false;
      // Without a date in the table nothing proves that the token was registered before that time, so it stays.
      if (registeredBefore !== undefined && columns.registeredAt === undefined) return false;
      const removed = await ask("remove", sql.remove({ token, userId, registeredBefore }));
      return removed.length > 0;
    },

    async setEnvironment(token, environment) {
      if (sql.setEnvironment === undefined || !isStorable(token)) return;
      await ask("setEnvironment", sql.setEnvironment({ token, environment }));
    },
  };
}

function statements(columns: UserColumns) {
  const of = (token: string | undefined) =>
    token === undefined ? undefined : { list: listOfUser(columns, token), save: saveForUser(columns, token) };
  return {
    voip: of(columns.tokens.voip),
    alert: of(columns.tokens.alert),
    remove: removeToken(columns),
    setEnvironment: columns.environment === undefined ? undefined : setEnvironmentOfToken(columns, columns.environment),
  };
}

function columnsOf(options: PostgresUserColumnStoreOptions): UserColumns {
  const { schema, table = "users", idColumn = "id", tokenColumn = "voip_device_token" } = options;
  const optional = (name: string | undefined) => (name === undefined ? undefined : identifier(name));
  return {
    table: `${schema === undefined ? "" : `${identifier(schema)}.`}${identifier(table)}`,
    id: identifier(idColumn),
    tokens: { voip: identifier(tokenColumn), alert: optional(options.alertTokenColumn) },
    bundleId: optional(options.bundleIdColumn),
    environment: optional(options.environmentColumn),
    registeredAt: optional(options.registeredAtColumn),
  };
}

const COLUMNS = [
  "idColumn",
  "tokenColumn",
  "alertTokenColumn",
  "bundleIdColumn",
  "environmentColumn",
  "registeredAtColumn",
] as const;

const CHECKS: OptionChecks<PostgresUserColumnStoreOptions> = {
  ...STORE_CHECKS,
  table: aName(),
  schema: aName(),
  idColumn: aName(),
  tokenColumn: aName(),
  alertTokenColumn: aName(),
  bundleIdColumn: aName(),
  environmentColumn: aName(),
  registeredAtColumn: aName(),
};

function namedTwice(options: PostgresUserColumnStoreOptions): ApnsVoipIssue[] {
  const names: Partial<Record<(typeof COLUMNS)[number], string | undefined>> = {
    idColumn: "id",
    tokenColumn: "voip_device_token",
    ...Object.fromEntries(COLUMNS.filter(name => options[name] !== undefined).map(name => [name, options[name]])),
  };
  const named = COLUMNS.filter(name => names[name] !== undefined);
  const twice = named.find((name, index) => named.some((other, at) => at < index && names[other] === names[name]));
  if (twice === undefined) return [];
  const other = named.find(name => names[name] === names[twice])!;
  return [wrong(twice, `another column than ${other}`, names[twice])];
}

/** Long ids and tokens are not refused here: the table's own columns decide what they hold. */
const isStorable = (text: string): boolean => isIndexableText(text, Number.POSITIVE_INFINITY);

/** `invalid input syntax for type integer`, or out of its range: no row can have such an id. */
function isAboutAnImpossibleId(error: unknown): error is Error {
  return ["22P02", "22003"].includes(codeOf(error) ?? "");
}

function deviceOf(row: Row, pushType: DevicePushType): Device {
  return {
    userId: String(row.user_id),
    token: keyOfToken(String(row.token)),
    pushType,
    bundleId: optionalText(row.bundle_id),
    platform: "ios",
    deviceId: undefined,
    environment: readSentEnvironment(row.environment),
    // A row without a date counts as registered now, so that nothing Apple says of an earlier time can remove it.
    registeredAt: row.registered_seconds === null ? new Date() : dateOf(row.registered_seconds),
  };
}

function notStored({ userId }: Device, why: string): ApnsVoipError {
  return new ApnsVoipError("INVALID_REGISTRATION", `no device can be stored for user ${describe(userId)}: ${why}`, {
    issues: [{ path: "userId", message: why }],
  });
}
