import assert from "node:assert/strict";
import type { CallName, CallPut, CallStore, CallsChange, StoredCall } from "../../../signal/calls/store.js";

/** Gives an empty store. Called once per case. */
export type MakeCallStore = () => CallStore | Promise<CallStore>;

export interface CallCase {
  readonly name: string;
  readonly check: (store: CallStore) => Promise<void>;
}

export function callCase(name: string, check: CallCase["check"]): CallCase {
  return { name, check };
}

/** The time of the cases. They pass times to the store, which must not look at a clock of its own. */
export const NOW = Date.UTC(2031, 4, 6, 7, 8, 9, 123);

/** A call between users 10 and 11, or others. */
export function call(id: string, given: Partial<StoredCall> = {}): StoredCall {
  return { id, users: ["11", "10"], value: `{"id":"${id}"}`, dueAt: NOW + 1_400, expiresAt: NOW + 60_000, ...given };
}

export interface Step {
  readonly put?: readonly CallPut[];
  readonly drop?: readonly CallName[];
}

/** Reads users and writes a change, as a step does that no other step disturbs. */
export async function written(
  store: CallStore,
  users: readonly string[],
  { put = [], drop = [] }: Step,
): Promise<void> {
  const { marks } = await store.read(users);
  const change: CallsChange = { users, marks, put, drop, now: NOW };
  assert.equal(await store.write(change), true, "a write must be true when nobody has written since the read");
}

/** The calls of these users, by id. */
export async function callsOf(store: CallStore, ...users: string[]): Promise<readonly StoredCall[]> {
  const { calls, marks } = await store.read(users);
  assert.equal(marks.length, users.length, "read must give one mark for each user");
  return [...calls].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function idsOf(store: CallStore, ...users: string[]): Promise<readonly string[]> {
  return (await callsOf(store, ...users)).map(({ id }) => id);
}
