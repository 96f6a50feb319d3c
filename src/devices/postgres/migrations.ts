import { CLEAN_TOKEN, keyOfTokenSql } from "../plain-token.js";
import { type PostgresClient, queryRows } from "./client.js";

/** Quoted names of everything we make; `table` and `versions` with their schema. */
export interface PostgresNames {
  readonly schema: string | undefined;
  readonly table: string;
  readonly versions: string;
  readonly phoneIndex: string;
  readonly cleanTrigger: string;
  readonly cleanFunction: string;
}

/**
 * What each version adds, the first one being version 1. Never change one that was published: add the next.
 *
 * Ids are compared byte by byte (`COLLATE "C"`). The index finds a user's devices and lets a phone have one token per app;
 * the date is not in it, so that the daily refresh of a token touches no index, and pages keep room for that.
 */
const MIGRATIONS: readonly ((names: PostgresNames) => string)[] = [
  ({ table, phoneIndex }) => `
    CREATE TABLE ${table} (
      token text COLLATE "C" PRIMARY KEY,
      user_id text COLLATE "C" NOT NULL,
      push_type text COLLATE "C" NOT NULL CHECK (push_type IN ('voip', 'alert')),
      bundle_id text COLLATE "C",
      device_id text COLLATE "C",
      platform text NOT NULL DEFAULT 'ios',
      environment text,
      registered_at timestamptz(3) NOT NULL DEFAULT now()
    ) WITH (fillfactor = 90);
    CREATE UNIQUE INDEX ${phoneIndex} ON ${table} (user_id, push_type, (coalesce(bundle_id, '')), device_id);`,
  // Others may write rows with tokens in any spelling. They are cleaned as they are written, so that all else compares tokens as
  // they stand. The trigger comes first: until it is there for all to see, nobody can write. Of rows that have one token in several
  // spellings the one registered last stays.
  ({ table, cleanTrigger, cleanFunction }) => `
    CREATE OR REPLACE FUNCTION ${cleanFunction}() RETURNS trigger LANGUAGE plpgsql AS $clean$
    BEGIN
      NEW.token := ${keyOfTokenSql("NEW.token")};
      RETURN NEW;
    END $clean$;
    CREATE TRIGGER ${cleanTrigger} BEFORE INSERT OR UPDATE OF token ON ${table}
      FOR EACH ROW WHEN (NEW.token !~ '${CLEAN_TOKEN}') EXECUTE FUNCTION ${cleanFunction}();
    DELETE FROM ${table} AS older USING ${table} AS newer
    WHERE ${keyOfTokenSql("older.token")} = ${keyOfTokenSql("newer.token")}
      AND (older.registered_at, older.token) < (newer.registered_at, newer.token);
    UPDATE ${table} SET token = ${keyOfTokenSql("token")} WHERE token !~ '${CLEAN_TOKEN}';`,
];

/**
 * One statement, therefore one transaction, also for clients that refuse several. Two processes that start at once take
 * turns at the lock. A role that may not create anything can run it when there is nothing left to do. A table that was
 * dropped is made again.
 */
export async function migratePostgres(client: PostgresClient, names: PostgresNames): Promise<void> {
  const { schema, table, versions } = names;
  const steps = MIGRATIONS.map(
    (migration, index) => `
  IF version < ${index + 1} THEN ${migration(names)}
    INSERT INTO ${versions} (version) VALUES (${index + 1});
  END IF;`,
  );
  await queryRows(
    client,
    `DO $migrate$
DECLARE version integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('apns-voip ${table}'));
${schema === undefined ? "" : `  IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF;`}
  IF to_regclass('${versions}') IS NOT NULL THEN
    IF to_regclass('${table}') IS NULL THEN DELETE FROM ${versions}; END IF;
    SELECT coalesce(max(v.version), 0) INTO version FROM ${versions} AS v;
  ELSIF to_regclass('${table}') IS NOT NULL THEN
    RAISE EXCEPTION 'table % is there already and is not ours: give another name as the table option', '${table}';
  ELSE
    CREATE TABLE ${versions} (version integer PRIMARY KEY, migrated_at timestamptz NOT NULL DEFAULT now());
  END IF;
${steps.join("")}
END $migrate$`,
  );
}
