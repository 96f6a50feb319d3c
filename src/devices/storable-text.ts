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
