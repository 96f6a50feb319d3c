import { FLAGS, FRAME_TYPES, type FrameHeader } from "./frames.js";

/**
 * Counts the streams that a client has open, from the frames on the wire, and compares them with the last limit that
 * the client has acknowledged. Before that one stream is allowed, as Apple says for connections without a valid token.
 */
export class StreamCount {
  /** The highest stream that the client has opened. */
  lastStreamId = 0;
  #allowed = 1;
  readonly #announced: (number | undefined)[] = [];
  readonly #open = new Set<number>();
  #reported = false;
  readonly #onExcess: (open: number, allowed: number) => void;

  constructor(onExcess: (open: number, allowed: number) => void) {
    this.#onExcess = onExcess;
  }

  /** SETTINGS with this limit, or without one, were sent. */
  announce(limit: number | undefined): void {
    this.#announced.push(limit);
  }

  inbound({ type, flags, streamId }: FrameHeader): void {
    if (type === FRAME_TYPES.settings && flags & FLAGS.ack) this.#allowed = this.#announced.shift() ?? this.#allowed;
    else if (type === FRAME_TYPES.headers && streamId > this.lastStreamId) this.#opened(streamId);
    else if (type === FRAME_TYPES.rstStream) this.#closed(streamId);
  }

  outbound({ type, flags, streamId }: FrameHeader): void {
    const endsStream = (type === FRAME_TYPES.headers || type === FRAME_TYPES.data) && flags & FLAGS.endStream;
    if (endsStream || type === FRAME_TYPES.rstStream) this.#closed(streamId);
  }

  #opened(streamId: number): void {
    this.lastStreamId = streamId;
    this.#open.add(streamId);
    if (this.#open.size <= this.#allowed || this.#reported) return;
    this.#reported = true;
    this.#onExcess(this.#open.size, this.#allowed);
  }

  #closed(streamId: number): void {
    this.#open.delete(streamId);
    if (this.#open.size <= this.#allowed) this.#reported = false;
  }
}
