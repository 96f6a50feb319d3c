import { ApnsVoipError } from "../../errors.js";
import { describe } from "../../internal/describe.js";

/** PostgreSQL cuts longer names silently, and two cut names can be the same. */
const MAX_LENGTH = 63;

/**
 * Reads the name of a schema, table or column that an option gives, and quotes it, so that upper case and reserved words
 * work as they are. `room` is what a suffix of ours needs.
 */
export function identifier(option: string, name: unknown, room = 0): string {
  if (typeof name !== "string" || !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) || name.length > MAX_LENGTH - room) {
    throw new ApnsVoipError(
      "INVALID_OPTIONS",
      `${option} must be a name of 1 to ${MAX_LENGTH - room} letters, digits, "_" or "-" that starts with no digit, got ${describe(name)}` +
        (typeof name === "string" && name.includes(".") ? "; give the schema in the schema option" : ""),
    );
  }
  return `"${name}"`;
}
