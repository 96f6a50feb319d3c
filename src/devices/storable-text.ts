import { ApnsVoipError } from "../errors.js";
import type { Device } from "./device.js";

/**
 * Text that a database keeps as it is. Half a surrogate pair is no Unicode: drivers write U+FFFD for it, and two different
 * ids would become the same one.
 */
export function isUnicode(text: string): boolean {
  return text.isWellFormed();
}

/** PostgreSQL's text has no NUL; and an index entry has an end, so ids must have one. */
export function isIndexableText(text: string, maxBytes: number): boolean {
  return isUnicode(text) && !text.includes("\0") && Buffer.byteLength(text) <= maxBytes;
}

/**
 * Refuses a device with a text that the database cannot keep as it is.
 *
 * @throws `ApnsVoipError`, code `INVALID_REGISTRATION`, naming every field that is wrong.
 */
export function refuseUnstorable(
  database: string,
  device: Device,
  isStorable: (text: string) => boolean,
  wanted: string,
): void {
  const issues = (["userId", "token", "bundleId", "deviceId"] as const)
    .filter(field => device[field] !== undefined && !isStorable(device[field]))
    .map(path => ({ path, message: `must be ${wanted}` }));
  if (issues.length === 0) return;
  const faults = issues.map(({ path, message }) => `${path} ${message}`).join("; ");
  throw new ApnsVoipError("INVALID_REGISTRATION", `${database} cannot store this device: ${faults}`, { issues });
}
