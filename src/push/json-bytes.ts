/** Bytes that a value takes as JSON. 0 for one that cannot become JSON: the client refuses it in its own words. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? "");
  } catch {
    return 0;
  }
}
