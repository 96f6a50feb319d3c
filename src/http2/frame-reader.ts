import { ConnectionError, FRAME_SIZE_ERROR } from "./error-codes.js";
import { DEFAULT_FRAME_SIZE, FRAME_HEADER } from "./frame-types.js";

/** Takes a frame. Its payload lies between the two places of `bytes`, and may be overwritten by another one right after. */
export interface FrameTaker {
  takeFrame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number): void;
}

/**
 * Cuts what arrives into frames (RFC 9113 §4.1). A frame that lies in one chunk is read where it is. Of one that does not, each
 * octet is copied once, so that frames which come octet by octet cost no more than others.
 */
export class FrameReader {
  readonly #taker: FrameTaker;
  /** The beginning of a frame that is not complete. */
  #held: Buffer | undefined;
  #heldLength = 0;

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  read(chunk: Buffer): void {
    let at = this.#heldLength === 0 ? 0 : this.#complete(chunk);
    const { length } = chunk;
    while (at + FRAME_HEADER <= length) {
      const end = at + FRAME_HEADER + payloadLength(chunk, at);
      if (end > length) break;
      this.#take(chunk, at, end);
      at = end;
    }
    if (at < length) this.#hold(chunk, at, length);
  }

  /** Completes the frame that is held, as far as this chunk has it. Returns where the next one begins. */
  #complete(chunk: Buffer): number {
    const held = this.#held as Buffer;
    let at = 0;
    // The header comes first: it says how long the rest is.
    for (;;) {
      const wanted = this.#heldLength < FRAME_HEADER ? FRAME_HEADER : FRAME_HEADER + payloadLength(held, 0);
      const more = Math.min(wanted - this.#heldLength, chunk.length - at);
      this.#hold(chunk, at, at + more);
      at += more;
      if (this.#heldLength < wanted) return at;
      if (this.#heldLength === FRAME_HEADER && payloadLength(held, 0) > 0) continue;
      this.#heldLength = 0;
      this.#take(held, 0, wanted);
      return at;
    }
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    this.#held ??= Buffer.allocUnsafeSlow(FRAME_HEADER + DEFAULT_FRAME_SIZE);
    chunk.copy(this.#held, this.#heldLength, start, end);
    this.#heldLength += end - start;
  }

  #take(bytes: Buffer, at: number, end: number): void {
    // The reserved bit in front of the id means nothing (RFC 9113 §4.1).
    const id =
      (((bytes[at + 5] as number) & 0x7f) << 24) |
      ((bytes[at + 6] as number) << 16) |
      ((bytes[at + 7] as number) << 8) |
      (bytes[at + 8] as number);
    this.#taker.takeFrame(bytes[at + 3] as number, bytes[at + 4] as number, id, bytes, at + FRAME_HEADER, end);
  }
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  // RFC 9113 §4.2. What comes may not even be HTTP/2.
  if (length > DEFAULT_FRAME_SIZE)
    throw new ConnectionError(FRAME_SIZE_ERROR, `a frame of ${length} octets, where we allow ${DEFAULT_FRAME_SIZE}`);
  return length;
}
