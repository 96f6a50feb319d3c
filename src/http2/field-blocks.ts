import {
  COMPRESSION_ERROR,
  ConnectionError,
  ENHANCE_YOUR_CALM,
  FRAME_SIZE_ERROR,
  PROTOCOL_ERROR,
} from "./error-codes.js";
import { CONTINUATION, END_HEADERS, HAS_PRIORITY, PADDED } from "./frame-types.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { HpackError } from "./hpack/hpack-error.js";
import type { Limits } from "./limits.js";
import type { Fields } from "./port.js";

/** RFC 9113 §6.2: how many octets of padding are at the end. `start` is where the payload begins, with the padding's length. */
export function paddingOf(bytes: Buffer, start: number, end: number): number {
  if (start === end) throw new ConnectionError(FRAME_SIZE_ERROR, "a frame too short for the length of its padding");
  const padding = bytes[start] as number;
  if (padding >= end - start) throw new ConnectionError(PROTOCOL_ERROR, "a frame with more padding than payload");
  return padding;
}

/** Octets of the priority in a HEADERS frame. They are skipped. */
const PRIORITY_LENGTH = 5;

/** Field blocks as they come: in one HEADERS frame, or with CONTINUATION frames behind it (RFC 9113 §4.3, §6.10). */
export class FieldBlocks {
  readonly #decoder: HpackDecoder;
  readonly #limits: Limits;
  /** The stream whose field block is not complete; 0 when there is none. */
  #id = 0;
  #flags = 0;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#decoder = new HpackDecoder({ maxListSize: limits.fieldsSize });
  }

  /** While a block is not complete, nothing else may come (RFC 9113 §6.10). */
  expect(type: number, id: number): void {
    if (this.#id !== 0 ? type !== CONTINUATION || id !== this.#id : type === CONTINUATION)
      throw new ConnectionError(
        PROTOCOL_ERROR,
        this.#id !== 0 ? "a frame within a field block" : "a CONTINUATION of nothing",
      );
  }

  /** Takes a HEADERS frame. Gives the fields, if the block is complete. */
  begin(flags: number, id: number, bytes: Buffer, from: number, to: number): Fields | "too-large" | undefined {
    let start = from;
    let end = to;
    if ((flags & (PADDED | HAS_PRIORITY)) !== 0) {
      if (flags & PADDED) end -= paddingOf(bytes, start++, to);
      if (flags & HAS_PRIORITY) start += PRIORITY_LENGTH;
      if (start > end) throw new ConnectionError(FRAME_SIZE_ERROR, "a HEADERS frame too short for what it has");
    }
    if (flags & END_HEADERS) return this.#decode(bytes, start, end);
    this.#id = id;
    this.#flags = flags;
    this.#keep(bytes, start, end);
    return undefined;
  }

  /** Takes a CONTINUATION frame. Gives the fields, if the block is complete. */
  continue(flags: number, bytes: Buffer, start: number, end: number): Fields | "too-large" | undefined {
    this.#keep(bytes, start, end);
    if (this.#parts.length > this.#limits.continuations + 1)
      throw new ConnectionError(ENHANCE_YOUR_CALM, "a field block in very many frames");
    if ((flags & END_HEADERS) === 0) return undefined;
    const block = Buffer.concat(this.#parts, this.#length);
    this.#id = 0;
    this.#parts = [];
    this.#length = 0;
    return this.#decode(block, 0, block.length);
  }

  /** The flags of the HEADERS frame whose block a CONTINUATION has completed. */
  get flags(): number {
    return this.#flags;
  }

  /** Keeps a copy, because the chunk around it is far larger and is freed. */
  #keep(bytes: Buffer, start: number, end: number): void {
    this.#length += end - start;
    // Every block has to be decoded, because it changes the table. So a block that is too large to be kept ends the
    // connection.
    if (this.#length > this.#limits.fieldBlock)
      throw new ConnectionError(ENHANCE_YOUR_CALM, `a field block of more than ${this.#limits.fieldBlock} octets`);
    this.#parts.push(Buffer.from(bytes.subarray(start, end)));
  }

  #decode(block: Buffer, start: number, end: number): Fields | "too-large" {
    try {
      return this.#decoder.decode(block, start, end);
    } catch (error) {
      if (error instanceof HpackError) throw new ConnectionError(COMPRESSION_ERROR, error.message);
      throw error;
    }
  }
}
