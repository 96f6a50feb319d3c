import { ConnectionError, PROTOCOL_ERROR, STREAM_CLOSED } from "./error-codes.js";
import { LAST_STREAM_ID } from "./frame-types.js";
import { OpenStreams } from "./open-streams.js";
import { ResetStreams } from "./reset-streams.js";
import type { Stream } from "./stream.js";

/** The streams that are open, and what is known of all others (RFC 9113 §5.1). */
export class Streams {
  readonly #open = new OpenStreams();
  readonly #reset: ResetStreams;
  /** The last id in the other side's GOAWAY. */
  #lastProcessed = LAST_STREAM_ID;
  #nextId: number;

  constructor(firstId: number, mostReset: number) {
    this.#nextId = firstId;
    this.#reset = new ResetStreams(mostReset);
  }

  get size(): number {
    return this.#open.size;
  }

  /** RFC 9113 §5.1.1: ids are never used twice, so a connection is used up some day. */
  get hasIds(): boolean {
    return this.#nextId <= LAST_STREAM_ID;
  }

  takeId(): number {
    const id = this.#nextId;
    this.#nextId += 2;
    return id;
  }

  add(stream: Stream): void {
    this.#open.add(stream);
  }

  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  delete(stream: Stream): void {
    this.#open.delete(stream);
  }

  /** Notes that we sent a RST_STREAM for it, or are about to. */
  wasReset(stream: Stream): void {
    this.#open.delete(stream);
    this.#reset.add(stream.id);
  }

  /** A copy of the list of open streams, in the order in which they were opened. */
  list(): Stream[] {
    return this.#open.list();
  }

  [Symbol.iterator](): IterableIterator<Stream> {
    return this.#open.list().values();
  }

  /** RFC 9113 §6.8: the other side processes no stream above this one. Takes those out that are open, and returns them. */
  excludeAbove(lastId: number): Stream[] {
    this.#lastProcessed = lastId;
    const excluded = this.#open.list().filter(stream => stream.id > lastId);
    for (const stream of excluded) this.#open.delete(stream);
    return excluded;
  }

  /** True when part of an open stream was not passed to the socket yet. */
  get hasUnsent(): boolean {
    return this.#open.list().some(stream => !stream.left);
  }

  /**
   * Throws for a stream that was never opened: only PRIORITY may come for one (RFC 9113 §5.1, "idle"). All streams are ours,
   * because we take no pushes.
   */
  requireKnown(id: number, what: string): void {
    if (id === 0) throw new ConnectionError(PROTOCOL_ERROR, `${what} on stream 0`);
    if (id % 2 === 0 || id >= this.#nextId)
      throw new ConnectionError(PROTOCOL_ERROR, `${what} on stream ${id}, which we never opened`);
  }

  /**
   * Fields or data came for a stream that is not open. That is as it should be where we have reset it, or where the other side has
   * said that it does not process it; otherwise it comes after the stream's end.
   */
  requireReset(id: number, what: string): void {
    if (id > this.#lastProcessed || this.#reset.has(id)) return;
    throw new ConnectionError(STREAM_CLOSED, `${what} on stream ${id} after its end`);
  }
}
