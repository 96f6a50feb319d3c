/**
 * RFC 9113 §8.2.1: no upper case, no blanks, nothing beyond ASCII, and no colon: names that begin with one are pseudo-fields, which
 * have places of their own (§8.3).
 */
const NAME = /^[\x21-\x39\x3b-\x40\x5b-\x7e]+$/;

/** RFC 9113 §8.2.2: fields about a connection of HTTP/1.1, which HTTP/2 forbids. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Names that are remembered as good: the same few come again and again. */
const MOST_KNOWN = 256;
const known = new Map<string, boolean>();

/** True for a name that may be in a request, an answer or trailers. */
export function isFieldName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const is = NAME.test(name) && !OF_THE_CONNECTION.has(name);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, is);
  return is;
}
