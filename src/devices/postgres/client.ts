import type { ApnsVoipIssue } from "../../errors.js";
import { checkOptions, has, type OptionChecks, wrong } from "../../internal/options.js";
import { codeOf, type StoreCallOptions } from "../store-call.js";

/**
 * What we need of a PostgreSQL client: a `Pool` or `Client` of `pg`, a `PGlite`, or anything that is made to look so. The
 * client stays yours: you make it, give it an `error` listener, and end it.
 *
 * @example
 * // postgres.js
 * const client = { query: async (text, values) => ({ rows: await sql.unsafe(text, values) }) };
 */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`, for a client that is none, and for options. */
export function checkStore<Options extends StoreCallOptions>(
  store: string,
  client: unknown,
  options: Options,
  checks: OptionChecks<Options>,
  together: (options: Options) => readonly ApnsVoipIssue[] = () => [],
): void {
  const wanted = "a client of PostgreSQL: a Pool or Client of pg, or a PGlite";
  const issues = has("query")(client) ? [] : [wrong("client", wanted, client, kindOf(client))];
  checkOptions<Options>(store, options, checks, options => [...issues, ...together(options)]);
}

/** Text is named and not quoted: it may be the URL of the database, with its password. */
function kindOf(client: unknown): string | undefined {
  return typeof client === "string" ? "text" : undefined;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * Errors of one of two statements that meet. It did nothing, so it can be repeated after the other one. Unique
 * violation, serialization failure, deadlock; and a duplicate table, from two migrations where the default isolation is
 * stricter than read committed.
 */
const MET_ANOTHER = new Set(["23505", "40001", "40P01", "42P07"]);
/** Times that a statement which meets another one is run at most. */
const MAX_TRIES = 10;

export async function queryRows(client: PostgresClient, text: string, values?: unknown[]): Promise<readonly Row[]> {
  for (let tries = 1; ; tries++) {
    try {
      const { rows } = await client.query(text, values);
      return rows as readonly Row[];
    } catch (error) {
      if (tries === MAX_TRIES || !MET_ANOTHER.has(codeOf(error) ?? "")) throw error;
    }
  }
}

/** A timestamp as text that every driver and every setting of its type parsers passes on unchanged; `dateOf` reads it. */
export function seconds(timestamp: string): string {
  return `extract(epoch from ${timestamp})::text`;
}

export function dateOf(seconds: unknown): Date {
  return new Date(Math.round(Number(seconds) * 1000));
}

/** Text of a row, or `undefined` for what is null or empty. */
export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
