import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { FRAME_TYPES, FrameFilter, type FrameHeader } from "./frames.js";

/** Hears of what passes. */
export interface WireTap {
  /** Bytes have passed, in either direction. */
  onBytes(): void;
  /** A frame of the client. */
  onInbound(frame: FrameHeader): void;
  /** A frame of the session. */
  onOutbound(frame: FrameHeader): void;
}

/** Bytes that a client sends before its first frame (RFC 9113 §3.4). */
const CLIENT_PREFACE_BYTES = 24;

/**
 * Lies between the TLS socket and Node's HTTP/2 session, which can neither keep a ping unanswered nor send a frame of our
 * choice: here bytes can be held in both directions, and whole frames put between those of the session.
 */
export class Wire extends Duplex {
  readonly #socket: TLSSocket;
  readonly #tap: WireTap;
  readonly #inbound: FrameFilter;
  readonly #outbound: FrameFilter;
  #frozen = false;
  // True once we sent a GOAWAY of our own. The session's is dropped then, because a last stream id must never rise.
  #saidGoaway = false;
  readonly #heldIn: Buffer[] = [];
  readonly #heldOut: { readonly send: () => void; readonly done: () => void }[] = [];
  readonly #waitingFrames: Buffer[] = [];

  constructor(socket: TLSSocket, tap: WireTap) {
    super();
    this.#socket = socket;
    this.#tap = tap;
    this.#inbound = new FrameFilter(CLIENT_PREFACE_BYTES, frame => {
      tap.onInbound(frame);
      return true;
    });
    this.#outbound = new FrameFilter(0, frame => {
      tap.onOutbound(frame);
      return !(this.#saidGoaway && frame.type === FRAME_TYPES.goaway);
    });
    socket.on("data", (chunk: Buffer) => this.#arrive(chunk));
    socket.on("end", () => this.push(null));
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.destroy());
  }

  /** Holds everything in both directions. The socket stays open. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Lets what was held go on, in order. */
  thaw(): void {
    this.#frozen = false;
    for (const { send } of this.#heldOut.splice(0)) send();
    for (const chunk of this.#heldIn.splice(0)) this.#arrive(chunk);
  }

  /** Sends a GOAWAY of our own as soon as the session's current frame is complete. */
  writeGoaway(frame: Buffer): void {
    this.#saidGoaway = true;
    this.#waitingFrames.push(frame);
    if (!this.#frozen) this.#writeWaitingFrames();
  }

  /** Ends the connection as a pulled cable does: no GOAWAY, no goodbye. */
  cut(): void {
    this.#socket.destroy();
  }

  #arrive(chunk: Buffer): void {
    this.#tap.onBytes();
    if (this.#frozen) {
      this.#heldIn.push(chunk);
      return;
    }
    const frames = this.#inbound.push(chunk);
    if (frames.length > 0) this.push(frames);
  }

  #writeWaitingFrames(): void {
    if (!this.#outbound.atBoundary || this.#socket.destroyed) return;
    for (const frame of this.#waitingFrames.splice(0)) this.#socket.write(frame);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const send = () => {
      this.#tap.onBytes();
      const frames = this.#outbound.push(chunk);
      if (this.#socket.destroyed) return done();
      this.#socket.write(frames, () => done());
      this.#writeWaitingFrames();
    };
    if (this.#frozen) this.#heldOut.push({ send, done });
    else send();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    // What was held never leaves, but its writes must end: Node's session fails an assertion over one that never does.
    for (const held of this.#heldOut.splice(0)) held.done();
    done(error);
  }
}
