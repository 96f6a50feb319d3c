import type { Socket } from "node:net";
import { DATA, END_STREAM, FRAME_HEADER, PADDED } from "./frame-types.js";

/** Octets of frames that are put together before they are written: a turn of the event loop rarely makes more. */
const SLAB = 32_768;

/** Octets of padding at most: their length has one octet. */
const MOST_PADDING = 255;

/** Slabs that are kept for the next turns at most. */
const MOST_SPARE = 4;

/** A request whose END_STREAM is in our buffer still. */
export interface Departing {
  /** Where the flags of the frame with its END_STREAM are; `undefined` when it is not in our buffer. */
  endSlab: Buffer | undefined;
  endAt: number;
  /** Its END_STREAM was passed to the socket. */
  departed(): void;
}

export interface OutgoingOwner {
  /** Called when frames may be added again after `isClogged` was true. */
  unclogged(): void;
  /** Called when a write has failed. Some runtimes tell of a lost socket in no other way. */
  writeFailed(error: Error): void;
}

/**
 * Frames on their way to the socket. Those of one turn of the event loop leave in one write. While the socket does not drain they
 * wait here, where it is certain that they have not left.
 */
export class Outgoing {
  readonly #socket: Socket;
  readonly #owner: OutgoingOwner;
  readonly #backlog: number;
  /** The slab that is being filled. */
  #slab: Buffer;
  #used = 0;
  /** Slabs that are full and still here, because the socket does not drain. */
  #full: Buffer[] = [];
  #fullLength = 0;
  /** Slabs passed to the socket, which has not said yet that it is done with them. */
  readonly #written: Buffer[] = [];
  readonly #spare: Buffer[] = [];
  #departing: Departing[] = [];
  #scheduled = false;
  #draining = false;
  #stopped = false;

  constructor(socket: Socket, owner: OutgoingOwner, backlog: number) {
    this.#socket = socket;
    this.#owner = owner;
    this.#backlog = backlog;
    this.#slab = Buffer.allocUnsafeSlow(SLAB);
    socket.on("drain", () => {
      this.#draining = false;
      this.flush();
      if (!this.isClogged) this.#owner.unclogged();
    });
  }

  /** True when the socket does not drain and enough waits for it. */
  get isClogged(): boolean {
    return this.#draining && this.length > this.#backlog;
  }

  /** Octets that wait to be passed to the socket. */
  get length(): number {
    return this.#fullLength + this.#used;
  }

  /** The buffer into which the next octets are to be put. */
  get bytes(): Buffer {
    return this.#slab;
  }

  /** The place in `bytes` from which at least that many octets are free; `Outgoing.largest` at most. */
  place(length: number): number {
    if (this.#used + length > SLAB) this.#next();
    return this.#used;
  }

  static readonly largest = SLAB;

  /** Counts octets that were put at that place, and has them leave. */
  add(length: number): void {
    this.#used += length;
    if (this.#scheduled || this.#draining) return;
    this.#scheduled = true;
    setImmediate(this.#flushScheduled);
  }

  /** Puts a frame's header at this place (RFC 9113 §4.1), and returns where its payload begins. */
  header(at: number, length: number, type: number, flags: number, id: number): number {
    const slab = this.#slab;
    slab[at] = length >>> 16;
    slab[at + 1] = length >>> 8;
    slab[at + 2] = length;
    slab[at + 3] = type;
    slab[at + 4] = flags;
    slab[at + 5] = id >>> 24;
    slab[at + 6] = id >>> 16;
    slab[at + 7] = id >>> 8;
    slab[at + 8] = id;
    return at + FRAME_HEADER;
  }

  /** Notes that the frame whose header is at this place ends this request. */
  departs(request: Departing, headerAt: number): void {
    request.endSlab = this.#slab;
    request.endAt = headerAt + 4;
    this.#departing.push(request);
  }

  /**
   * Takes END_STREAM off the frame that ends this request, if it is here still. A server that counts octets, by
   * `content-length`, must not have the request whole either, so the end of its body becomes padding (RFC 9113 §6.1).
   */
  withhold({ endSlab, endAt }: Departing): void {
    if (endSlab === undefined) return;
    const length = endSlab.readUIntBE(endAt - 4, 3);
    let flags = (endSlab[endAt] as number) & ~END_STREAM;
    if (endSlab[endAt - 1] === DATA && length > 0) {
      const payload = endAt + 5;
      const padding = Math.min(MOST_PADDING, length - 1);
      flags |= PADDED;
      endSlab[payload] = padding;
      endSlab.fill(0, payload + length - padding, payload + length);
    }
    endSlab[endAt] = flags;
  }

  /** Passes all that is here to the socket now, if it drains. */
  flush(): void {
    const { length } = this;
    if (length === 0 || this.#draining || this.#stopped || !this.#socket.writable) return;
    const departing = this.#departing;
    this.#departing = [];
    for (const slab of this.#full) this.#write(slab, slab.length);
    this.#full = [];
    this.#fullLength = 0;
    const slab = this.#slab;
    this.#slab = this.#spare.pop() ?? Buffer.allocUnsafeSlow(SLAB);
    this.#write(slab, this.#used);
    this.#used = 0;
    for (const request of departing) {
      request.endSlab = undefined;
      request.departed();
    }
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    if (!this.#socket.writable && !this.#stopped)
      this.#owner.writeFailed(this.#socket.errored ?? new Error("it takes nothing any more"));
    else this.flush();
  };

  #write(slab: Buffer, length: number): void {
    if (length === 0) return;
    this.#written.push(slab);
    if (!this.#socket.write(slab.subarray(0, length), this.#done)) this.#draining = true;
  }

  /** Callbacks of writes come in the order of the writes. */
  readonly #done = (error?: Error | null): void => {
    const slab = this.#written.shift();
    if (slab !== undefined && slab.length === SLAB && this.#spare.length < MOST_SPARE) this.#spare.push(slab);
    if (error) this.#owner.writeFailed(error);
  };

  /** Puts the full slab aside and takes another. */
  #next(): void {
    if (!this.#draining) this.flush();
    if (this.#used === 0) return;
    this.#full.push(this.#slab.subarray(0, this.#used));
    this.#fullLength += this.#used;
    this.#slab = Buffer.allocUnsafeSlow(SLAB);
    this.#used = 0;
  }

  /** Drops what is here: it never leaves. */
  discard(): void {
    this.#departing = [];
    this.#full = [];
    this.#fullLength = 0;
    this.#used = 0;
  }

  /** Passes on what is here, also to a socket that does not drain, which may yet, and nothing after that. */
  finish(): void {
    this.#draining = false;
    this.flush();
    this.#stopped = true;
  }
}
