import type { Environment } from "../../environment.js";
import type { Device, DevicePushType } from "../device.js";
import { keyOfToken, spellingsOf } from "../plain-token.js";
import { seconds } from "./client.js";

/** The users table and its columns, quoted; absent are those that the table does not have. */
export interface UserColumns {
  readonly table: string;
  readonly id: string;
  readonly tokens: { readonly [PushType in DevicePushType]: string | undefined };
  readonly bundleId: string | undefined;
  readonly environment: string | undefined;
  readonly registeredAt: string | undefined;
}

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** Adds a parameter and gives its place (`$1`). `read` takes its value from what the operation is given. */
type Place<Given> = (read: (given: Given) => unknown) => string;

/** Builds a statement from parts that may be absent: its text once, its values for each operation. */
function statement<Given>(build: (place: Place<Given>) => string): (given: Given) => Statement {
  const reads: ((given: Given) => unknown)[] = [];
  const text = build(read => `$${reads.push(read)}`);
  return given => ({ text, values: reads.map(read => read(given)) });
}

/**
 * The spellings of a token as one parameter. Comparing with each of them, rather than with a function of the column, lets an index
 * that the table already has find them.
 */
function allSpellings<Given extends { readonly token: string }>(place: Place<Given>): string {
  return `string_to_array(${place(({ token }) => joined(spellingsOf(token)))}::text, chr(${BETWEEN.charCodeAt(0)}))`;
}

/** A character that no token has: a text with it is nobody's. */
const BETWEEN = "\u001F";

function joined(spellings: readonly string[]): string {
  return spellings.some(text => text.includes(BETWEEN)) ? "" : spellings.join(BETWEEN);
}

/**
 * The first comparison has the column's own type and finds the row in the index; the second is by letter, so that "010" or
 * " 10" is not user 10. Upper case is right for uuids, which an iPhone writes so.
 */
function isUser<Given extends { readonly userId: string }>(id: string, place: Place<Given>): string {
  const text = `${place(({ userId }) => userId)}::text`;
  return `${id} = ${place(({ userId }) => userId)} AND ${id}::text IN (${text}, lower(${text}))`;
}

function isAnyOf(columns: readonly string[], tokens: string): string {
  return `(${columns.map(column => `${column} = ANY (${tokens})`).join(" OR ")})`;
}

/** `token`: the column of the push type that is asked for. */
export function listOfUser(columns: UserColumns, token: string) {
  const { table, id, bundleId, environment, registeredAt } = columns;
  return statement<Pick<Device, "userId">>(
    place => `
      SELECT ${id}::text AS user_id, ${token}::text AS token, ${bundleId ?? "NULL"} AS bundle_id,
        ${environment ?? "NULL"} AS environment,
        ${registeredAt === undefined ? "NULL" : seconds(`${registeredAt}::timestamptz`)} AS registered_seconds
      FROM ${table} WHERE ${isUser(id, place)} AND ${token} <> ''`,
  );
}

/**
 * Takes the token from the user who has it, then gives it to the new one: the update reads from what counts the others, so
 * that it comes second, as a unique index wants. Nobody loses a token to a user who does not exist.
 */
export function saveForUser(columns: UserColumns, token: string) {
  const { table, id, bundleId, environment, registeredAt } = columns;
  const tokenColumns = tokenColumnsOf(columns);
  return statement<Device>(place => {
    const tokens = allSpellings(place);
    const without = (column: string) =>
      `${column} = CASE WHEN ${column} = ANY (${tokens}) THEN NULL ELSE ${column} END`;
    const set = [
      `${token} = ${place(device => keyOfToken(device.token))}::text`,
      ...tokenColumns.filter(column => column !== token).map(without),
    ];
    if (bundleId) set.push(`${bundleId} = ${place(device => device.bundleId)}`);
    if (registeredAt) {
      set.push(`${registeredAt} = ${place(device => device.registeredAt.toISOString())}::timestamptz`);
    }
    if (environment) {
      // An environment that was learned stays with an unchanged token, and comes along with one that another user had.
      const kept = `CASE WHEN ${isAnyOf(tokenColumns, tokens)} THEN ${environment} END`;
      const moved = "(SELECT environment FROM taken LIMIT 1)";
      set.push(`${environment} = coalesce(${place(device => device.environment)}, ${kept}, ${moved})`);
    }
    return `
      WITH taken AS (
        UPDATE ${table} SET ${tokenColumns.map(without).join(", ")}
        WHERE ${isAnyOf(tokenColumns, tokens)} AND ${id} <> ${place(({ userId }) => userId)}
          AND EXISTS (SELECT FROM ${table} WHERE ${isUser(id, place)})
        RETURNING ${environment ?? "NULL"} AS environment
      )
      UPDATE ${table} SET ${set.join(", ")}
      FROM (SELECT count(*) AS taken_from FROM taken) AS first
      WHERE ${isUser(id, place)}
      RETURNING 1`;
  });
}

export interface TokenRemoval {
  readonly token: string;
  readonly userId: string | undefined;
  readonly registeredBefore: Date | undefined;
}

export function removeToken(columns: UserColumns) {
  const { table, id, registeredAt } = columns;
  const tokenColumns = tokenColumnsOf(columns);
  return statement<TokenRemoval>(place => {
    const tokens = allSpellings(place);
    const set = tokenColumns.map(
      column => `${column} = CASE WHEN ${column} = ANY (${tokens}) THEN NULL ELSE ${column} END`,
    );
    const user = `${place(({ userId }) => userId)}::text`;
    const where = [isAnyOf(tokenColumns, tokens), `(${user} IS NULL OR ${id}::text IN (${user}, lower(${user})))`];
    if (registeredAt) {
      const before = `${place(({ registeredBefore }) => registeredBefore?.toISOString())}::timestamptz`;
      where.push(`(${before} IS NULL OR ${registeredAt} < ${before})`);
    }
    return `UPDATE ${table} SET ${set.join(", ")} WHERE ${where.join(" AND ")} RETURNING 1`;
  });
}

/** `column`: where the environment is. */
export function setEnvironmentOfToken(columns: UserColumns, column: string) {
  return statement<{ readonly token: string; readonly environment: Environment }>(
    place => `
      UPDATE ${columns.table} SET ${column} = ${place(({ environment }) => environment)}
      WHERE ${isAnyOf(tokenColumnsOf(columns), allSpellings(place))}`,
  );
}

function tokenColumnsOf({ tokens }: UserColumns): readonly string[] {
  return [tokens.voip, tokens.alert].filter(column => column !== undefined);
}
