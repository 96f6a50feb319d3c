/** Printable ASCII without blanks at the ends: a header value can carry nothing else unharmed. */
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Bytes of an `apns-collapse-id` that Apple takes at most; here a character is one. */
const MOST_BYTES = 64;

export const WANTED_COLLAPSE_ID = "text of 1 to 64 printable ASCII characters, without blanks at its ends";

export function isCollapseId(given: unknown): given is string {
  return typeof given === "string" && given.length <= MOST_BYTES && PRINTABLE.test(given);
}
