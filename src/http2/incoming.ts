import type { Answers } from "./answers.js";
import { putPingAck, putSettingsAck } from "./control-frames.js";
import { ConnectionError, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "./error-codes.js";
import type { FrameTaker } from "./frame-reader.js";
import * as frame from "./frame-types.js";
import { readGoodbye } from "./goodbye.js";
import type { IdleFrames } from "./idle-frames.js";
import type { Limits } from "./limits.js";
import type { Outgoing } from "./outgoing.js";
import type { Pings } from "./pings.js";
import type { Goodbye, StreamEnd } from "./port.js";
import type { Requests } from "./requests.js";
import type { Stream } from "./stream.js";
import type { Streams } from "./streams.js";

export interface IncomingOwner {
  /** True when the owner takes no frames any more. */
  readonly hasEnded: boolean;
  endStream(stream: Stream, end: StreamEnd, resetCode?: number): void;
  /** A GOAWAY has come. No earlier one had a lower last id. */
  saidGoodbye(goodbye: Goodbye): void;
}

export interface IncomingParts {
  readonly owner: IncomingOwner;
  readonly streams: Streams;
  readonly requests: Requests;
  readonly answers: Answers;
  readonly out: Outgoing;
  readonly pings: Pings;
  readonly idle: IdleFrames;
  readonly limits: Limits;
}

/** Each frame that comes: whether it may come here and now, and who takes it (RFC 9113 §6). */
export class Incoming implements FrameTaker {
  readonly #parts: IncomingParts;
  readonly #answers: Answers;
  #hasBegun = false;
  #lastStreamId = frame.LAST_STREAM_ID;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
    this.#answers = parts.answers;
  }

  /** True once the other side's first SETTINGS have come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  takeFrame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    if (this.#parts.owner.hasEnded) return;
    if (!this.#hasBegun) this.#requireSettings(type, flags);
    this.#answers.blocks.expect(type, id);
    switch (type) {
      case frame.HEADERS:
        return this.#answers.headers(flags, id, bytes, start, end);
      case frame.DATA:
        return this.#answers.data(flags, id, bytes, start, end);
      case frame.WINDOW_UPDATE:
        requireLength("WINDOW_UPDATE", 4, end - start);
        return this.#takeWindow(id, bytes.readUInt32BE(start) & 0x7fffffff);
      case frame.SETTINGS:
        requireConnection("SETTINGS", id);
        return this.#takeSettings(flags, bytes, start, end);
      case frame.PING:
        requireConnection("PING", id);
        requireLength("PING", 8, end - start);
        return this.#takePing(flags, bytes, start);
      case frame.RST_STREAM:
        requireLength("RST_STREAM", 4, end - start);
        return this.#answers.reset(id, bytes.readUInt32BE(start));
      case frame.GOAWAY:
        requireConnection("GOAWAY", id);
        return this.#takeGoodbye(bytes, start, end);
      case frame.CONTINUATION:
        return this.#answers.continuation(flags, id, bytes, start, end);
      case frame.PUSH_PROMISE:
        // RFC 9113 §8.4: our SETTINGS forbid a PUSH_PROMISE.
        throw new ConnectionError(PROTOCOL_ERROR, "a PUSH_PROMISE");
      case frame.PRIORITY:
        // RFC 9113 §5.3.2, §6.3: PRIORITY means nothing any more, but must have its form.
        if (id === 0) throw new ConnectionError(PROTOCOL_ERROR, "PRIORITY on stream 0");
        requireLength("PRIORITY", 5, end - start);
    }
    // Frames of unknown types are ignored, and counted (RFC 9113 §5.5).
    this.#parts.idle.count();
  }

  /** RFC 9113 §3.4: SETTINGS come first. A server that wants no connection may say so instead. */
  #requireSettings(type: number, flags: number): void {
    if (type === frame.SETTINGS && (flags & frame.ACK) === 0) this.#hasBegun = true;
    else if (type !== frame.GOAWAY)
      throw new ConnectionError(PROTOCOL_ERROR, "its first frame is not SETTINGS, so it may speak something else");
  }

  #takeSettings(flags: number, bytes: Buffer, start: number, end: number): void {
    const { requests, streams, out, idle } = this.#parts;
    if (flags & frame.ACK) {
      requireLength("SETTINGS with ACK", 0, end - start);
      return idle.count();
    }
    requests.takeSettings(bytes, start, end, streams);
    putSettingsAck(out);
    requests.sendWaiting();
    idle.count(1 + (end - start) / 64);
  }

  #takeWindow(id: number, octets: number): void {
    const { requests, idle } = this.#parts;
    const before = requests.sent;
    if (id === 0) {
      if (octets === 0) throw new ConnectionError(PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
      requests.widenAll(octets);
      requests.sendWaiting();
    } else this.#widenStream(id, octets);
    if (requests.sent === before) idle.count();
  }

  #widenStream(id: number, octets: number): void {
    const { owner, requests, streams } = this.#parts;
    streams.requireKnown(id, "WINDOW_UPDATE");
    const stream = streams.get(id);
    if (stream === undefined) return;
    if (octets === 0)
      owner.endStream(stream, stream.endWithout("the other side sent a WINDOW_UPDATE of 0"), PROTOCOL_ERROR);
    else if (!requests.widen(stream, octets))
      owner.endStream(stream, stream.endWithout("the other side made its window too wide"), FLOW_CONTROL_ERROR);
  }

  #takePing(flags: number, bytes: Buffer, start: number): void {
    const { out, pings, idle } = this.#parts;
    if (flags & frame.ACK) {
      if (!pings.answered(bytes, start)) idle.count();
      return;
    }
    putPingAck(out, bytes, start);
    idle.count();
  }

  /** RFC 9113 §6.8: a GOAWAY may come several times, with ids that fall. */
  #takeGoodbye(bytes: Buffer, start: number, end: number): void {
    const { owner, idle, limits } = this.#parts;
    const goodbye = readGoodbye(bytes, start, end, limits.debugData);
    if (goodbye.lastStreamId > this.#lastStreamId)
      throw new ConnectionError(PROTOCOL_ERROR, "a GOAWAY that takes back an earlier one");
    this.#lastStreamId = goodbye.lastStreamId;
    idle.count();
    owner.saidGoodbye(goodbye);
  }
}

function requireConnection(what: string, id: number): void {
  if (id !== 0) throw new ConnectionError(PROTOCOL_ERROR, `${what} on stream ${id}`);
}

function requireLength(what: string, length: number, is: number): void {
  if (is !== length) throw new ConnectionError(FRAME_SIZE_ERROR, `${what} of ${is} octets`);
}
