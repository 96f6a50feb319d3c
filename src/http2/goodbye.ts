import { ConnectionError, errorName, FRAME_SIZE_ERROR } from "./error-codes.js";
import type { Goodbye } from "./port.js";

/** Last stream id and error code. */
const FIXED = 8;

/** RFC 9113 §6.8. Of the debug data so many octets are kept. */
export function readGoodbye(bytes: Buffer, start: number, end: number, mostDebugData: number): Goodbye {
  if (end - start < FIXED) throw new ConnectionError(FRAME_SIZE_ERROR, `a GOAWAY of ${end - start} octets`);
  return {
    lastStreamId: bytes.readUInt32BE(start) & 0x7fffffff,
    errorCode: bytes.readUInt32BE(start + 4),
    debugData: bytes.toString("utf8", start + FIXED, Math.min(end, start + FIXED + mostDebugData)),
  };
}

/** `GOAWAY, NO_ERROR: {"reason":"Shutdown"}` */
export const goodbyeText = ({ errorCode, debugData }: Goodbye): string =>
  `GOAWAY, ${errorName(errorCode)}${debugData === "" ? "" : `: ${debugData}`}`;
