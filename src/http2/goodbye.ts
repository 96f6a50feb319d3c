import { ConnectionError, errorName, FRAME_SIZE_ERROR } from "./error-codes.js";
import type { Goodbye } from "./port.js";

/** Octets of the last stream id and the error code. */
const FIXED = 8;

/** Reads a GOAWAY (RFC 9113 §6.8), and at most `mostDebugData` octets of its debug data. */
export function readGoodbye(bytes: Buffer, start: number, end: number, mostDebugData: number): Goodbye {
  if (end - start < FIXED) throw new ConnectionError(FRAME_SIZE_ERROR, `a GOAWAY of ${end - start} octets`);
  return {
    lastStreamId: bytes.readUInt32BE(start) & 0x7fffffff,
    errorCode: bytes.readUInt32BE(start + 4),
    debugData: bytes.toString("utf8", start + FIXED, Math.min(end, start + FIXED + mostDebugData)),
  };
}

/** Characters of the debug data that a text shows at most. */
const MOST_SHOWN = 200;

/** `GOAWAY, NO_ERROR: {"reason":"Shutdown"}`. It goes into logs, so what would not be seen there is a question mark. */
export function goodbyeText({ errorCode, debugData }: Goodbye): string {
  const shown = debugData.slice(0, MOST_SHOWN).replace(/\p{C}/gu, "?");
  return `GOAWAY, ${errorName(errorCode)}${shown === "" ? "" : `: ${shown}`}`;
}
