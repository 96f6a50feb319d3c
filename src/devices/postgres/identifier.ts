import { type OptionCheck, wrong } from "../../internal/options.js";

/** Bytes of a name at most. PostgreSQL cuts longer names silently, and two cut names can be the same. */
const MAX_LENGTH = 63;

/** Judges the name of a schema, table or column. `room`: characters to leave for a suffix of ours. */
export function aName(room = 0): OptionCheck {
  const most = MAX_LENGTH - room;
  const wanted = `a name of 1 to ${most} letters, digits, "_" or "-" that starts with no digit`;
  return (given, path) => {
    if (given === undefined || (isName(given) && given.length <= most)) return [];
    const isQualified = typeof given === "string" && given.includes(".");
    return [wrong(path, isQualified ? `${wanted} (the schema goes into schema)` : wanted, given)];
  };
}

/** Quotes a name that has been judged, so that upper case and reserved words work as they are. */
export function identifier(name: string): string {
  return `"${name}"`;
}

function isName(given: unknown): given is string {
  return typeof given === "string" && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(given);
}
