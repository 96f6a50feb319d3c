import { ConnectionError, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "./error-codes.js";
import { DEFAULT_FRAME_SIZE, DEFAULT_WINDOW, LARGEST_WINDOW } from "./frame-types.js";

/** RFC 9113 §6.5.2: the settings that matter to us. Others are ignored, as its last paragraph wants. */
const HEADER_TABLE_SIZE = 0x1;
const ENABLE_PUSH = 0x2;
const MAX_CONCURRENT_STREAMS = 0x3;
const INITIAL_WINDOW_SIZE = 0x4;
const MAX_FRAME_SIZE = 0x5;
const MAX_HEADER_LIST_SIZE = 0x6;

/** Octets of one setting: its id and its value. */
const SETTING = 6;
const LARGEST_FRAME_SIZE = 2 ** 24 - 1;

/** What we announce: no pushes from the server, and how large a list of fields we read. For all else the defaults are right. */
export const ourSettings = (fieldsSize: number): [id: number, value: number][] => [
  [ENABLE_PUSH, 0],
  [MAX_HEADER_LIST_SIZE, fieldsSize],
];

/** What the other side has announced. */
export class PeerSettings {
  /** Streams that may be open at once. There is no limit until the other side sets one. */
  maxStreams = Number.POSITIVE_INFINITY;
  initialWindow = DEFAULT_WINDOW;
  maxFrameSize = DEFAULT_FRAME_SIZE;

  /**
   * Takes the settings of one frame, in order. Calls back for each table size, because an encoder must know the smallest, too,
   * and returns the largest window that streams have had on the way.
   */
  take(bytes: Buffer, start: number, end: number, tableSize: (size: number) => void): number {
    if ((end - start) % SETTING !== 0)
      throw new ConnectionError(FRAME_SIZE_ERROR, `a SETTINGS frame of ${end - start} octets`);
    let largest = this.initialWindow;
    for (let at = start; at < end; at += SETTING) {
      const value = bytes.readUInt32BE(at + 2);
      switch (bytes.readUInt16BE(at)) {
        case HEADER_TABLE_SIZE:
          tableSize(value);
          break;
        case ENABLE_PUSH:
          // A server says 0 or nothing.
          if (value !== 0) throw new ConnectionError(PROTOCOL_ERROR, `ENABLE_PUSH ${value} from a server`);
          break;
        case MAX_CONCURRENT_STREAMS:
          this.maxStreams = value;
          break;
        case INITIAL_WINDOW_SIZE:
          if (value > LARGEST_WINDOW) throw new ConnectionError(FLOW_CONTROL_ERROR, `a window of ${value} octets`);
          this.initialWindow = value;
          largest = Math.max(largest, value);
          break;
        case MAX_FRAME_SIZE:
          if (value < DEFAULT_FRAME_SIZE || value > LARGEST_FRAME_SIZE)
            throw new ConnectionError(PROTOCOL_ERROR, `MAX_FRAME_SIZE ${value}`);
          this.maxFrameSize = value;
      }
    }
    return largest;
  }
}
