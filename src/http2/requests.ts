import { ConnectionError, FLOW_CONTROL_ERROR } from "./error-codes.js";
import {
  CONTINUATION,
  DATA,
  DEFAULT_WINDOW,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER,
  HEADERS,
  LARGEST_WINDOW,
} from "./frame-types.js";
import { HpackEncoder } from "./hpack/encoder.js";
import { Outgoing } from "./outgoing.js";
import type { Http2Request } from "./port.js";
import { PeerSettings } from "./settings.js";
import type { Stream } from "./stream.js";

/** Octets that one of JavaScript's characters takes in UTF-8 at most. */
const UTF8 = 3;

/** Characters of a body that is written straight into the slab, if the windows are wide enough. */
const SHORT_BODY = 5_000;

/** Octets of a frame's payload at most, so that a frame fits in a slab, whatever the other side would take. */
const LARGEST_PAYLOAD = Outgoing.largest - FRAME_HEADER;

/** Our half of each stream: HEADERS, and DATA as far as the other side's windows allow (RFC 9113 §8.1, §6.9). */
export class Requests {
  readonly settings = new PeerSettings();
  readonly #out: Outgoing;
  readonly #encoder: HpackEncoder;
  /** Octets that the other side still takes on the connection. */
  #window = DEFAULT_WINDOW;
  #sent = 0;
  /** Streams whose bodies wait for a window, in order. */
  readonly #waiting = new Set<Stream>();

  constructor(out: Outgoing, authority: string) {
    this.#out = out;
    this.#encoder = new HpackEncoder(authority);
  }

  /** True while the connection's window is not used up and the socket keeps up. */
  get hasRoom(): boolean {
    return this.#window > 0 && !this.#out.isClogged;
  }

  send(stream: Stream, request: Http2Request): void {
    const { body } = request;
    // A block must be sent once it is made, and in this order: later ones point into the table that it fills.
    const block = this.#encoder.encode(request);
    const isAll = body === "" && block.length <= this.#largestFrame;
    this.#putFields(stream, block, isAll);
    if (isAll || this.#putShort(stream, body)) return;
    stream.rest = Buffer.from(body);
    this.#sendRest(stream);
  }

  /** The other side's SETTINGS, which may come at any time (RFC 9113 §6.5). */
  takeSettings(bytes: Buffer, start: number, end: number, open: Iterable<Stream>): void {
    const before = this.settings.initialWindow;
    const largest = this.settings.take(bytes, start, end, size => this.#encoder.limitTable(size));
    const after = this.settings.initialWindow;
    if (largest === before && after === before) return;
    // RFC 9113 §6.9.2: what is open gets the difference, and may owe octets afterwards.
    for (const stream of open) {
      if (stream.window + largest - before > LARGEST_WINDOW) throw tooWide(stream.id);
      stream.window += after - before;
    }
  }

  /** RFC 9113 §6.9.1: the other side takes more on a stream. False where its window would be too wide. */
  widen(stream: Stream, octets: number): boolean {
    if (stream.window + octets > LARGEST_WINDOW) return false;
    stream.window += octets;
    if (stream.rest !== undefined) this.#sendRest(stream);
    return true;
  }

  widenAll(octets: number): void {
    if (this.#window + octets > LARGEST_WINDOW) throw tooWide(0);
    this.#window += octets;
  }

  /** Sends as much of the waiting bodies as may leave now. */
  sendWaiting(): void {
    for (const stream of this.#waiting) {
      if (this.#window <= 0 || this.#out.isClogged) return;
      this.#sendRest(stream);
    }
  }

  /** Octets of bodies that were sent in all. */
  get sent(): number {
    return this.#sent;
  }

  /** The stream has ended: the rest of its body stays here. */
  drop(stream: Stream): void {
    if (stream.rest === undefined) return;
    this.#waiting.delete(stream);
    stream.rest = undefined;
  }

  get #largestFrame(): number {
    return Math.min(this.settings.maxFrameSize, LARGEST_PAYLOAD);
  }

  /** Puts a HEADERS frame, and CONTINUATION frames where one is too short (RFC 9113 §4.3). */
  #putFields(stream: Stream, block: string, isAll: boolean): void {
    const most = this.#largestFrame;
    if (block.length <= most) {
      const at = this.#putBlock(stream.id, HEADERS, block, isAll ? END_STREAM | END_HEADERS : END_HEADERS);
      if (isAll) this.#out.departs(stream, at);
      return;
    }
    for (let from = 0; from < block.length; from += most) {
      const isLast = from + most >= block.length;
      const type = from === 0 ? HEADERS : CONTINUATION;
      this.#putBlock(stream.id, type, block.slice(from, from + most), isLast ? END_HEADERS : 0);
    }
  }

  #putBlock(id: number, type: number, block: string, flags: number): number {
    const out = this.#out;
    const { length } = block;
    const at = out.place(FRAME_HEADER + length);
    out.bytes.write(block, out.header(at, length, type, flags, id), "latin1");
    out.add(FRAME_HEADER + length);
    return at;
  }

  /** Puts the whole body into one frame, without a copy in between. False where it is too long for that, or for a window. */
  #putShort(stream: Stream, body: string): boolean {
    if (body.length > SHORT_BODY) return false;
    const out = this.#out;
    const at = out.place(FRAME_HEADER + body.length * UTF8);
    const length = out.bytes.write(body, at + FRAME_HEADER, "utf8");
    if (length > this.#window || length > stream.window) return false;
    this.#putData(stream, at, length, true);
    return true;
  }

  #sendRest(stream: Stream): void {
    const out = this.#out;
    let rest = stream.rest as Buffer;
    for (;;) {
      const most = Math.min(this.#window, stream.window, this.#largestFrame);
      // An empty frame needs no window.
      if ((most <= 0 && rest.length > 0) || out.isClogged) break;
      const length = Math.min(rest.length, Math.max(most, 0));
      const at = out.place(FRAME_HEADER + length);
      rest.copy(out.bytes, at + FRAME_HEADER, 0, length);
      this.#putData(stream, at, length, length === rest.length);
      if (length === rest.length) {
        this.#waiting.delete(stream);
        stream.rest = undefined;
        return;
      }
      rest = rest.subarray(length);
    }
    stream.rest = rest;
    this.#waiting.add(stream);
  }

  /** Completes a DATA frame whose payload has been put there already. */
  #putData(stream: Stream, at: number, length: number, isLast: boolean): void {
    const out = this.#out;
    this.#window -= length;
    stream.window -= length;
    this.#sent += length;
    out.header(at, length, DATA, isLast ? END_STREAM : 0, stream.id);
    out.add(FRAME_HEADER + length);
    if (isLast) out.departs(stream, at);
  }
}

const tooWide = (id: number): ConnectionError =>
  new ConnectionError(FLOW_CONTROL_ERROR, `a window of more than 2^31-1 octets on stream ${id}`);
