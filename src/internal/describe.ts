const LONGEST = 40;

/**
 * What was given, for an error message: `"yes"`, `-1`, `an array`. Short, on one line, and safe for anything at all:
 * no property of the value is read. Not for secrets: text is quoted, with the device tokens in it shortened.
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      return value === null ? "null" : isArray(value) ? "an array" : "an object";
    case "bigint":
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

/** JSON's quotes also escape line ends and control characters, so that no value can fake a log line. */
function quote(given: string): string {
  const text = withoutTokens(given);
  return text.length <= LONGEST ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, LONGEST))}...`;
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // A revoked proxy: nothing can be asked of it.
  }
}

/** What logs, events, errors and responses show of a device token: never more than its first 12 characters. */
export function tokenPrefix(token: string): string {
  return `${token.slice(0, 12)}...`;
}

/** Text that others wrote, an error message of a database for instance, with the device tokens in it shortened. */
export function withoutTokens(text: string): string {
  return text.replace(/[0-9a-f]{32,}/gi, tokenPrefix);
}
