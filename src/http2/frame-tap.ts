import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { ACK, DEFAULT_FRAME_SIZE, FRAME_HEADER, GOAWAY, PING } from "./frame-types.js";
import type { Goodbye } from "./port.js";

/** What a tap hears of the other side. */
export interface FrameTapListener {
  heard(): void;
  goodbye(goodbye: Goodbye): void;
  closed(): void;
}

/** Octets that a client sends before its first frame (RFC 9113 §3.4). */
const PREFACE_BYTES = 24;

/**
 * Lies between a socket and an HTTP/2 client that neither pings when it is asked to nor passes on what a GOAWAY says: puts pings
 * of ours between the client's frames, and takes their answers out again.
 */
export class FrameTap extends Duplex {
  readonly alpnProtocol = "h2";
  readonly #socket: TLSSocket;
  readonly #listener: FrameTapListener;
  readonly #pings = new Map<string, () => void>();
  readonly #inbound = new FrameCutter(0, (type, flags, payload) => this.#look(type, flags, payload));
  readonly #outbound = new FrameCutter(PREFACE_BYTES, () => true);
  #waiting: Buffer[] = [];
  #lastPing = 0;

  constructor(socket: TLSSocket, listener: FrameTapListener) {
    super();
    this.#socket = socket;
    this.#listener = listener;
    this.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      listener.heard();
      const rest = this.#inbound.push(chunk);
      if (rest.length > 0) this.push(rest);
    });
    socket.on("end", () => this.push(null));
    socket.on("close", () => {
      this.push(null);
      // `closed` comes later, so that the client reads what has arrived first.
      setImmediate(() => setImmediate(() => listener.closed()));
    });
  }

  get isAlive(): boolean {
    return !this.#socket.destroyed && !this.destroyed;
  }

  ping(onAnswer: () => void): void {
    const frame = Buffer.alloc(FRAME_HEADER + 8);
    frame.writeUInt8(8, 2);
    frame.writeUInt8(PING, 3);
    // The client sends none of its own, so no other has this payload.
    frame.writeUInt32BE(++this.#lastPing, FRAME_HEADER);
    this.#pings.set(frame.toString("hex", FRAME_HEADER), onAnswer);
    this.#waiting.push(frame);
    this.#writeWaiting();
  }

  #look(type: number, flags: number, payload: Buffer): boolean {
    if (type === GOAWAY) {
      this.#listener.goodbye({
        lastStreamId: payload.readUInt32BE(0) & 0x7fff_ffff,
        errorCode: payload.readUInt32BE(4),
        debugData: payload.toString("utf8", 8),
      });
    }
    const key = type === PING && flags & ACK ? payload.toString("hex") : "";
    const onAnswer = this.#pings.get(key);
    if (!this.#pings.delete(key)) return true;
    onAnswer?.();
    return false;
  }

  #writeWaiting(): void {
    if (!this.#outbound.atBoundary || this.#socket.destroyed) return;
    for (const frame of this.#waiting.splice(0)) this.#socket.write(frame);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.destroyed) return done(new Error("the socket is gone"));
    this.#outbound.push(chunk);
    // `done` does not wait until the chunk has been written, because the client would hold its next frames back until then.
    if (this.#socket.write(chunk)) done();
    else this.#socket.once("drain", done);
    this.#writeWaiting();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

/** Cuts bytes at frame boundaries. `look` sees PING and GOAWAY whole, and says whether they may pass. */
class FrameCutter {
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of the preface, or of the frame at hand, that are still to pass. */
  #passing: number;
  readonly #look: (type: number, flags: number, payload: Buffer) => boolean;

  constructor(preface: number, look: (type: number, flags: number, payload: Buffer) => boolean) {
    this.#passing = preface;
    this.#look = look;
  }

  /** True when what was pushed so far ends with a whole frame. */
  get atBoundary(): boolean {
    return this.#passing === 0 && this.#held.length === 0;
  }

  push(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#passing);
      if (part.length > 0) passed.push(part);
      this.#passing -= part.length;
      rest = rest.subarray(part.length);
      if (rest.length === 0) break;
      const length = rest.length < FRAME_HEADER ? 0 : FRAME_HEADER + rest.readUIntBE(0, 3);
      const type = rest[3] ?? 0;
      // A longer GOAWAY breaks the rules (RFC 9113 §4.2): it is passed on unread, and the client ends the connection.
      const isSeen =
        (type === PING && length === FRAME_HEADER + 8) ||
        (type === GOAWAY && length >= FRAME_HEADER + 8 && length <= FRAME_HEADER + DEFAULT_FRAME_SIZE);
      if (rest.length < FRAME_HEADER || (isSeen && rest.length < length)) {
        this.#held = Buffer.from(rest);
        break;
      }
      if (!isSeen || this.#look(type, rest[4] ?? 0, rest.subarray(FRAME_HEADER, length))) this.#passing = length;
      else rest = rest.subarray(length);
    }
    return passed.length === 1 && passed[0] ? passed[0] : Buffer.concat(passed);
  }
}
