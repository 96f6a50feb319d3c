/** Bytes of a frame's header. @see https://www.rfc-editor.org/rfc/rfc9113#section-4.1 */
export const FRAME_HEADER_BYTES = 9;
export const FRAME_TYPES = { data: 0x0, headers: 0x1, rstStream: 0x3, settings: 0x4, goaway: 0x7 } as const;
export const FLAGS = { endStream: 0x1, ack: 0x1 } as const;

/** The first 9 bytes of a frame. */
export interface FrameHeader {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
}

export function readFrameHeader(bytes: Buffer): FrameHeader {
  return {
    length: bytes.readUIntBE(0, 3),
    type: bytes.readUInt8(3),
    flags: bytes.readUInt8(4),
    streamId: bytes.readUInt32BE(5) & 0x7fff_ffff,
  };
}

/** A GOAWAY frame; it belongs to the connection, that is, to stream 0. */
export function goawayFrame(lastStreamId: number, errorCode: number, debug: string): Buffer {
  const data = Buffer.from(debug);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + 8);
  frame.writeUIntBE(8 + data.length, 0, 3);
  frame.writeUInt8(FRAME_TYPES.goaway, 3);
  frame.writeUInt32BE(lastStreamId & 0x7fff_ffff, FRAME_HEADER_BYTES);
  frame.writeUInt32BE(errorCode, FRAME_HEADER_BYTES + 4);
  return Buffer.concat([frame, data]);
}

/** Looks at each frame that passes; false drops it. */
export type FrameGuard = (frame: FrameHeader) => boolean;

/** Cuts a stream of frames, in chunks of any size, at frame boundaries, and lets a guard drop frames. */
export class FrameFilter {
  #header = Buffer.alloc(0);
  #left: number;
  #keeps = true;
  readonly #guard: FrameGuard;

  /** `preface`: bytes before the first frame, 24 on a client's side. */
  constructor(preface: number, guard: FrameGuard) {
    this.#left = preface;
    this.#guard = guard;
  }

  /** True when the last chunk ended with a whole frame. Only then may another frame be put in. */
  get atBoundary(): boolean {
    return this.#left === 0 && this.#header.length === 0;
  }

  /** Takes a chunk and gives what may pass; a frame's header is held until it is complete. */
  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#left === 0) {
        const missing = FRAME_HEADER_BYTES - this.#header.length;
        this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#header.length < FRAME_HEADER_BYTES) break;
        const frame = readFrameHeader(this.#header);
        this.#keeps = this.#guard(frame);
        if (this.#keeps) kept.push(this.#header);
        this.#left = frame.length;
        this.#header = Buffer.alloc(0);
      }
      const part = rest.subarray(0, this.#left);
      if (this.#keeps) kept.push(part);
      this.#left -= part.length;
      rest = rest.subarray(part.length);
    }
    return kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept);
  }
}
