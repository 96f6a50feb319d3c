import assert from "node:assert/strict";
import type { Child } from "./child.ts";
import { line, table } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** A token as Apple has given it to an app. */
export interface Token {
  readonly token: string;
  readonly bundleId: string;
}

/** What logs show of a token. */
export function prefixOf({ token }: Token): string {
  return `${token.slice(0, 12)}...`;
}

/** The line that tells what Apple said about the push for a call from user 11 to that user. */
export function appleSaid(answer: string, environment: string, phone: Token, userId: number): string {
  const whose = `user ${userId}, call 11-${userId}`;
  return `APNs answered ${answer} for ${prefixOf(phone)} (${environment}, ${phone.bundleId}.voip, apns-id …, ${whose})`;
}

/** The rows, as an operator would look at them. */
export async function showDevices(
  { api }: Stage,
  userIds: readonly number[],
  expected: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const ids = userIds.map(id => `'${id}'`).join(", ");
  const sql = `SELECT user_id, push_type, left(token, 12) || '...' AS token, environment FROM push_devices WHERE user_id IN (${ids})`;
  await showRows(api, sql, expected);
}

/** What a query finds; of whole device tokens, what logs show of them. */
export async function showRows(
  api: Child,
  sql: string,
  expected: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const found = await api.ask<Record<string, unknown>[]>("query", sql);
  const rows = found
    .map(row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)])))
    // Sorted here, because a query without an order may give its rows in any.
    .sort((a, b) => String(Object.values(a)[0]).localeCompare(String(Object.values(b)[0])));
  table(sql, rows);
  assert.equal(rows.length, expected.length, `${rows.length} rows, expected ${expected.length}`);
  for (const [index, row] of expected.entries()) assert.deepEqual({ ...rows[index], ...row }, rows[index]);
}

function shown(value: unknown): unknown {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}...` : value;
}

/** What Apple was sent. */
export async function showPush({ apple }: Stage, { token, bundleId }: Token): Promise<void> {
  const pushes = await apple.ask<{ token: string; status: number; headers: Record<string, string> }[]>("pushes");
  const push = pushes.find(push => push.token === token);
  assert.equal(push?.status, 200);
  const shown = ["apns-topic", "apns-push-type", "apns-priority", "apns-expiration"].map(name => [
    name,
    push.headers[name],
  ]);
  for (const [name, value] of shown) line("apple", `${name}: ${value}`);
  assert.deepEqual(Object.fromEntries(shown), {
    "apns-topic": `${bundleId}.voip`,
    "apns-push-type": "voip",
    "apns-priority": "10",
    "apns-expiration": "0",
  });
}
