import { randomBytes } from "node:crypto";
import type { Device } from "../device.js";
import { fieldsOf } from "./client.js";
import type { DeviceRecord } from "./record.js";

/**
 * One field of a user's index, and its value. There are two kinds:
 *
 * | field | value | says |
 * | --- | --- | --- |
 * | `token:{token}:{stamp}` | empty | the save with this stamp may have given the token to this user |
 * | `phone:{bundle id and device id}` | `{token}:{stamp}` | this phone registered this token last |
 *
 * A save has a field of its own. Only the step that replaces or removes what this save wrote takes its field away.
 */
export interface IndexEntry {
  readonly field: string;
  readonly value: string;
  readonly token: string;
  readonly stamp: string;
}

const ofThisProcess = randomBytes(6).toString("base64url");
let stamps = 0;

/** When it was made, to the millisecond, and what makes it differ from every other save's. */
export function newStamp(now: number): string {
  return `${Math.floor(now).toString(36)}-${ofThisProcess}-${(++stamps).toString(36)}`;
}

export function madeAt(stamp: string): number {
  return Number.parseInt(stamp, 36);
}

export function tokenEntry({ device: { token }, stamp }: DeviceRecord): IndexEntry {
  return { field: `token:${token}:${stamp}`, value: "", token, stamp };
}

/** `undefined` for a device that does not say which phone it is. */
export function phoneEntry({ device, stamp }: DeviceRecord): IndexEntry | undefined {
  const field = phoneField(device);
  return field === undefined ? undefined : { field, value: `${device.token}:${stamp}`, token: device.token, stamp };
}

function phoneField({ bundleId, deviceId }: Device): string | undefined {
  return deviceId === undefined ? undefined : `phone:${JSON.stringify([bundleId ?? null, deviceId])}`;
}

export function entriesOf(reply: unknown): IndexEntry[] {
  return Array.from(fieldsOf(reply), ([field, value]) => ({ field, value, ...tokenAndStamp(value || field) }));
}

/** Splits a value, or the rest of a `token:` field, at its last colon: a stamp has none, and a token might have one. */
export function tokenAndStamp(text: string): { readonly token: string; readonly stamp: string } {
  const colon = text.lastIndexOf(":");
  return { token: text.slice(text.startsWith("token:") ? "token:".length : 0, colon), stamp: text.slice(colon + 1) };
}

/** Whether an entry agrees with the record of its token, if the user has one. */
export function isTrue(entry: IndexEntry, record: DeviceRecord | undefined): boolean {
  if (record === undefined) return false;
  return entry.value === "" ? entry.stamp === record.stamp : entry.field === phoneField(record.device);
}
