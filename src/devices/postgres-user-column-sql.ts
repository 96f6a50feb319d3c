import type { Environment } from "../environment.js";
import type { Device, DevicePushType } from "./device.js";
import { milliseconds } from "./postgres-client.js";

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

/** Builds a statement from parts that may be absent: `value` adds a parameter and gives its place. */
function statement(build: (value: (given: unknown) => string) => string): Statement {
  const values: unknown[] = [];
  const text = build(given => `$${values.push(given)}`);
  return { text, values };
}

/** Tokens written by others may be upper case. Both spellings, rather than `lower(column)`, leave a plain index useful. */
function bothCases(token: string, value: (given: unknown) => string): string {
  return `(${value(token.toLowerCase())}::text, ${value(token.toUpperCase())}::text)`;
}

/**
 * The first comparison has the column's own type and finds the row in the index; the second is by letter, so that "010" or
 * " 10" is not user 10. Upper case is right for uuids, which an iPhone writes so.
 */
function isUser(id: string, userId: string, value: (given: unknown) => string): string {
  const text = `${value(userId)}::text`;
  return `${id} = ${value(userId)} AND ${id}::text IN (${text}, lower(${text}))`;
}

function isAnyOf(columns: readonly string[], tokens: string): string {
  return `(${columns.map(column => `${column} IN ${tokens}`).join(" OR ")})`;
}

export function listOfUser(columns: UserColumns, token: string, userId: string): Statement {
  const { table, id, bundleId, environment, registeredAt } = columns;
  return statement(
    value => `
      SELECT ${id}::text AS user_id, lower(${token}) AS token, ${bundleId ?? "NULL"} AS bundle_id,
        ${environment ?? "NULL"} AS environment,
        ${registeredAt === undefined ? "NULL" : milliseconds(`${registeredAt}::timestamptz`)} AS registered_ms
      FROM ${table} WHERE ${isUser(id, userId, value)} AND ${token} <> ''`,
  );
}

/**
 * Takes the token from whoever has it, then gives it to the user: the update reads from what counts the others, so that it
 * comes second, as a unique index wants. Nobody loses a token to a user who does not exist.
 */
export function saveForUser(columns: UserColumns, token: string, device: Device): Statement {
  const { table, id, bundleId, environment, registeredAt } = columns;
  const tokenColumns = tokenColumnsOf(columns);
  return statement(value => {
    const tokens = bothCases(device.token, value);
    const without = (column: string) => `${column} = CASE WHEN ${column} IN ${tokens} THEN NULL ELSE ${column} END`;
    const set = [
      `${token} = ${value(device.token.toLowerCase())}::text`,
      ...tokenColumns.filter(column => column !== token).map(without),
    ];
    if (bundleId) set.push(`${bundleId} = ${value(device.bundleId)}`);
    if (registeredAt) set.push(`${registeredAt} = ${value(device.registeredAt.toISOString())}::timestamptz`);
    if (environment) {
      // Learned for this token: it stays with an unchanged one and comes along with a moved one.
      const kept = `CASE WHEN ${isAnyOf(tokenColumns, tokens)} THEN ${environment} END`;
      const moved = "(SELECT environment FROM taken LIMIT 1)";
      set.push(`${environment} = coalesce(${value(device.environment)}, ${kept}, ${moved})`);
    }
    return `
      WITH taken AS (
        UPDATE ${table} SET ${tokenColumns.map(without).join(", ")}
        WHERE ${isAnyOf(tokenColumns, tokens)} AND ${id} <> ${value(device.userId)}
          AND EXISTS (SELECT FROM ${table} WHERE ${isUser(id, device.userId, value)})
        RETURNING ${environment ?? "NULL"} AS environment
      )
      UPDATE ${table} SET ${set.join(", ")}
      FROM (SELECT count(*) AS taken_from FROM taken) AS first
      WHERE ${isUser(id, device.userId, value)}
      RETURNING 1`;
  });
}

export function removeToken(
  columns: UserColumns,
  token: string,
  userId: string | undefined,
  registeredBefore: Date | undefined,
): Statement {
  const { table, id, registeredAt } = columns;
  const tokenColumns = tokenColumnsOf(columns);
  return statement(value => {
    const tokens = bothCases(token, value);
    const set = tokenColumns.map(column => `${column} = CASE WHEN ${column} IN ${tokens} THEN NULL ELSE ${column} END`);
    const where = [isAnyOf(tokenColumns, tokens)];
    if (userId !== undefined) {
      const text = `${value(userId)}::text`;
      where.push(`${id}::text IN (${text}, lower(${text}))`);
    }
    if (registeredBefore !== undefined) {
      where.push(`${registeredAt} < ${value(registeredBefore.toISOString())}::timestamptz`);
    }
    return `UPDATE ${table} SET ${set.join(", ")} WHERE ${where.join(" AND ")} RETURNING 1`;
  });
}

export function setEnvironmentOfToken(columns: UserColumns, column: string, token: string, environment: Environment) {
  return statement(
    value => `
      UPDATE ${columns.table} SET ${column} = ${value(environment)}
      WHERE ${isAnyOf(tokenColumnsOf(columns), bothCases(token, value))}`,
  );
}

function tokenColumnsOf({ tokens }: UserColumns): readonly string[] {
  return [tokens.voip, tokens.alert].filter(column => column !== undefined);
}
