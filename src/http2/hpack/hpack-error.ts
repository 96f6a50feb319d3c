/**
 * A field block that breaks RFC 7541. Both tables may differ from now on, so the connection has to end with COMPRESSION_ERROR
 * (RFC 9113 §4.3).
 */
export class HpackError extends Error {
  override readonly name = "HpackError";
}
