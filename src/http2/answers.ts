import { announcedLength, badTrailers, readStatus } from "./answer-fields.js";
import { putWindowUpdate } from "./control-frames.js";
import { CANCEL, errorName, FLOW_CONTROL_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from "./error-codes.js";
import { FieldBlocks, paddingOf } from "./field-blocks.js";
import { DEFAULT_WINDOW, END_STREAM, PADDED } from "./frame-types.js";
import type { IdleFrames } from "./idle-frames.js";
import type { Limits } from "./limits.js";
import type { Outgoing } from "./outgoing.js";
import type { Fields, StreamEnd } from "./port.js";
import { ReceivedAnswer, type Stream } from "./stream.js";
import type { Streams } from "./streams.js";

/** Octets of answers that may be on their way to us, over all streams: more than the 64 kB that RFC 9113 §6.9.2 begins with. */
export const RECEIVE_WINDOW = 1_048_576;

const NO_OCTETS = Buffer.alloc(0);

export interface AnswersOwner {
  /** Ends a stream that is open. With a code, it is reset (RFC 9113 §5.4.2). */
  endStream(stream: Stream, end: StreamEnd, resetCode?: number): void;
}

export interface AnswersParts {
  readonly owner: AnswersOwner;
  readonly streams: Streams;
  readonly out: Outgoing;
  readonly idle: IdleFrames;
  readonly limits: Limits;
}

/** The other side's half of each stream: HEADERS, DATA, trailers, or RST_STREAM (RFC 9113 §8.1). */
export class Answers {
  readonly blocks: FieldBlocks;
  readonly #owner: AnswersOwner;
  readonly #streams: Streams;
  readonly #out: Outgoing;
  readonly #idle: IdleFrames;
  readonly #limits: Limits;
  /**
   * The fields of the last answer without a body, and what was read from them. Nearly all answers are like the one
   * before, and the decoder hands out the same array then.
   */
  #lastFields: Fields | undefined;
  #lastAnswer: ReceivedAnswer | undefined;
  /** Octets that came since we have last said that there is room for as many again (RFC 9113 §6.9). */
  #received = 0;

  constructor({ owner, streams, out, idle, limits }: AnswersParts) {
    this.blocks = new FieldBlocks(limits);
    this.#owner = owner;
    this.#streams = streams;
    this.#out = out;
    this.#idle = idle;
    this.#limits = limits;
  }

  headers(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    this.#streams.requireKnown(id, "HEADERS");
    const fields = this.blocks.begin(flags, id, bytes, start, end);
    if (fields !== undefined) this.#takeFields(id, fields, (flags & END_STREAM) !== 0);
  }

  continuation(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    const fields = this.blocks.continue(flags, bytes, start, end);
    if (fields !== undefined) this.#takeFields(id, fields, (this.blocks.flags & END_STREAM) !== 0);
  }

  data(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    this.#streams.requireKnown(id, "DATA");
    const length = end - start;
    this.#countOctets(length);
    const padding = flags & PADDED ? paddingOf(bytes, start, end) + 1 : 0;
    const isLast = (flags & END_STREAM) !== 0;
    if (length === padding && !isLast) this.#idle.count();
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#late(id, "DATA");
    stream.received += length;
    if (stream.received > DEFAULT_WINDOW)
      return this.#malformed(stream, "more DATA than its window has", FLOW_CONTROL_ERROR);
    if (stream.status === 0) return this.#malformed(stream, "DATA before an answer's fields");
    const from = padding === 0 ? start : start + 1;
    this.#takeBody(stream, bytes, from, from + length - padding, isLast);
  }

  /** RFC 9113 §6.4. */
  reset(id: number, code: number): void {
    this.#streams.requireKnown(id, "RST_STREAM");
    const stream = this.#streams.get(id);
    // Both sides may end a stream at the same time.
    if (stream === undefined) return this.#idle.count();
    const why = `the other side reset the stream (${errorName(code)})`;
    // RFC 9113 §8.7: it was not processed at all.
    if (code === REFUSED_STREAM && stream.left && stream.status === 0)
      return this.#owner.endStream(stream, { kind: "refused", why });
    this.#owner.endStream(stream, stream.endWithout(why));
  }

  #takeFields(id: number, fields: Fields | "too-large", isLast: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return this.#late(id, "HEADERS");
    if (fields === "too-large") return this.#malformed(stream, "more fields than we allow", CANCEL);
    if (stream.status !== 0) return this.#takeTrailers(stream, fields, isLast);
    if (isLast && fields === this.#lastFields && this.#lastAnswer !== undefined)
      return this.#owner.endStream(stream, this.#lastAnswer);
    const status = readStatus(fields);
    if (typeof status === "string") return this.#malformed(stream, status);
    if (status < 200) {
      // RFC 9113 §8.1: any number of informational answers come before the final one, and none of them is the last.
      if (isLast) return this.#malformed(stream, "an informational answer that ends the stream");
      return this.#idle.count();
    }
    stream.status = status;
    stream.fields = fields;
    const announced = announcedLength(status, fields);
    if (typeof announced === "string") return this.#malformed(stream, announced);
    stream.announcedLength = announced;
    if (!isLast) return;
    if (announced > 0) return this.#malformed(stream, "a content-length without a body");
    const answer = new ReceivedAnswer(status, fields, "");
    this.#lastFields = fields;
    this.#lastAnswer = answer;
    this.#owner.endStream(stream, answer);
  }

  #takeTrailers(stream: Stream, fields: Fields, isLast: boolean): void {
    if (!isLast) return this.#malformed(stream, "a second block of fields that does not end the stream");
    const bad = badTrailers(fields);
    if (bad !== undefined) return this.#malformed(stream, `trailers with ${bad}`);
    this.#takeBody(stream, NO_OCTETS, 0, 0, true);
  }

  #takeBody(stream: Stream, bytes: Buffer, start: number, end: number, isLast: boolean): void {
    const { keptBody, longestBody } = this.#limits;
    const before = stream.bodyLength;
    stream.bodyLength += end - start;
    const { announcedLength, bodyLength } = stream;
    if (announcedLength >= 0 && (isLast ? bodyLength !== announcedLength : bodyLength > announcedLength))
      return this.#malformed(stream, "a body whose length is not its content-length");
    const wanted = Math.min(end, start + Math.max(0, keptBody - before));
    if (isLast) {
      const body = stream.takeText(bytes, start, wanted);
      return this.#owner.endStream(stream, new ReceivedAnswer(stream.status, stream.fields, body));
    }
    if (wanted > start) stream.keep(bytes, start, wanted);
    // No answer that we wait for is so long: its status counts, and the stream is reset.
    if (bodyLength > longestBody)
      this.#owner.endStream(stream, new ReceivedAnswer(stream.status, stream.fields, ""), CANCEL);
  }

  /** RFC 9113 §8.1.1: an answer that breaks a rule is none, whatever its status. */
  #malformed(stream: Stream, what: string, code = PROTOCOL_ERROR): void {
    const why = `the answer cannot be used: ${what}`;
    this.#owner.endStream(stream, { kind: stream.left ? "lost" : "never-left", why }, code);
  }

  #late(id: number, what: string): void {
    this.#streams.requireReset(id, what);
    this.#idle.count();
  }

  /**
   * All DATA counts, also for streams that are closed (RFC 9113 §6.9). What has come is read already, so there is room again at
   * once, and this window cannot be overrun.
   */
  #countOctets(length: number): void {
    this.#received += length;
    if (this.#received < RECEIVE_WINDOW / 2) return;
    putWindowUpdate(this.#out, 0, this.#received);
    this.#received = 0;
  }
}
