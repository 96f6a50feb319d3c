import type { TLSSocket } from "node:tls";
import { Answers, RECEIVE_WINDOW } from "./answers.js";
import { putGoaway, putReset, putSettings, putWindowUpdate } from "./control-frames.js";
import { CANCEL, ConnectionError, ENHANCE_YOUR_CALM, NO_ERROR } from "./error-codes.js";
import { FrameReader } from "./frame-reader.js";
import * as frame from "./frame-types.js";
import { goodbyeText } from "./goodbye.js";
import { IdleFrames } from "./idle-frames.js";
import { Incoming, type IncomingOwner } from "./incoming.js";
import { LIMITS, type Limits } from "./limits.js";
import { Outgoing, type OutgoingOwner } from "./outgoing.js";
import { Pings } from "./pings.js";
import type {
  Goodbye,
  Http2Connection,
  Http2Request,
  Http2Stream,
  OpenHttp2,
  OpenHttp2Options,
  StreamEnd,
  StreamHandler,
} from "./port.js";
import { RequestCheck } from "./request-fields.js";
import { Requests } from "./requests.js";
import { ourSettings } from "./settings.js";
import { Stream, type StreamOwner } from "./stream.js";
import { Streams } from "./streams.js";

/** RFC 9113 §3.4. */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Milliseconds that a socket may take for our last words, because the other side may not read any more. */
const LAST_WORDS = 1000;

export const openHttp2: OpenHttp2 = (socket, options) => openWith(socket, options, {});

/** Opens a connection with other limits than ours, for tests. */
export function openWith(
  socket: TLSSocket,
  options: OpenHttp2Options,
  limits: Partial<Limits>,
): Promise<Http2Connection> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      socket.destroy();
      return reject(reasonOf(options.signal));
    }
    if (!socket.writable) {
      socket.destroy();
      return reject(new Error("the connection was closed before HTTP/2 began", { cause: socket.errored ?? undefined }));
    }
    new Connection(socket, options, { ...LIMITS, ...limits }, { resolve, reject });
  });
}

interface Opening {
  resolve(connection: Http2Connection): void;
  reject(error: Error): void;
}

/**
 * The client's half of RFC 9113 on one socket. It holds the parts together: what comes goes through the reader and `Incoming` to
 * its stream, what leaves goes through `Requests` into the turn's write, and here is how streams and the whole come to an end.
 */
class Connection implements Http2Connection, IncomingOwner, StreamOwner, OutgoingOwner {
  readonly #socket: TLSSocket;
  readonly #options: OpenHttp2Options;
  readonly #limits: Limits;
  readonly #out: Outgoing;
  readonly #reader: FrameReader;
  readonly #streams: Streams;
  readonly #requests: Requests;
  readonly #incoming: Incoming;
  readonly #pings = new Pings();
  readonly #idle: IdleFrames;
  readonly #check = new RequestCheck();
  /** Until the promise of `openHttp2` is settled. */
  #opening: Opening | undefined;
  /** The latest goodbye of the other side. */
  #goodbye: Goodbye | undefined;
  /** True when no new streams are opened any more. */
  #leaving = false;
  #ended = false;
  /** True once `hasRoom` was false, so that `roomAgain` is owed. */
  #wasFull = false;

  constructor(socket: TLSSocket, options: OpenHttp2Options, limits: Limits, opening: Opening) {
    this.#socket = socket;
    this.#options = options;
    this.#limits = limits;
    this.#opening = opening;
    this.#out = new Outgoing(socket, this, limits.backlog);
    this.#streams = new Streams(limits.firstStreamId, limits.resetStreams);
    this.#requests = new Requests(this.#out, options.authority);
    this.#idle = new IdleFrames(limits);
    const answers = new Answers({ owner: this, streams: this.#streams, out: this.#out, idle: this.#idle, limits });
    this.#incoming = new Incoming({
      owner: this,
      streams: this.#streams,
      requests: this.#requests,
      answers,
      out: this.#out,
      pings: this.#pings,
      idle: this.#idle,
      limits,
    });
    this.#reader = new FrameReader(this.#incoming);
    options.signal.addEventListener("abort", this.#abort, { once: true });
    socket.on("data", chunk => this.#read(chunk));
    // A socket says in one or more of these ways that it is gone; which ones depends on the runtime.
    socket.on("error", error => this.#end(`the connection failed: ${error.message}`, error));
    socket.on("end", () => this.#end("the other side closed the connection"));
    socket.on("close", () => this.#end("the connection was closed"));
    this.#out.add(this.#out.bytes.write(PREFACE, this.#out.place(PREFACE.length), "latin1"));
    putSettings(this.#out, ourSettings(limits.fieldsSize));
    putWindowUpdate(this.#out, 0, RECEIVE_WINDOW - frame.DEFAULT_WINDOW);
    // Written at once, because everything else must come after it.
    this.#out.flush();
  }

  // --- what the owner asks

  get hasRoom(): boolean {
    const has =
      !this.#leaving &&
      this.#streams.size < this.#requests.settings.maxStreams &&
      this.#streams.size < this.#limits.openStreams &&
      this.#requests.hasRoom &&
      this.#socket.writable;
    if (!has) this.#wasFull = true;
    return has;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get isOpen(): boolean {
    return !this.#leaving;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  open(request: Http2Request, handler: StreamHandler): Http2Stream {
    if (!this.hasRoom) throw new Error("no stream can be opened on this connection now");
    this.#check.check(request);
    const stream = new Stream(this.#streams.takeId(), this, handler, this.#requests.settings.initialWindow);
    // A process that waits for an answer stays alive.
    if (this.#streams.size === 0) this.#socket.ref();
    this.#streams.add(stream);
    this.#idle.streamOpened();
    this.#requests.send(stream, request);
    if (!this.#streams.hasIds) this.leave();
    return stream;
  }

  cancelStream(stream: Stream): boolean {
    const neverLeft = !stream.left;
    this.#close(stream, CANCEL);
    stream.forget();
    this.#finishIfDone();
    this.#roomAgain();
    return neverLeft;
  }

  ping(onAnswer: () => void): void {
    if (!this.#ended) this.#pings.send(this.#out, onAnswer);
  }

  leave(): void {
    this.#leaving = true;
    this.#finishIfDone();
  }

  destroy(why: string): void {
    this.#end(why);
  }

  // --- what the other side says

  #read(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      this.#reader.read(chunk);
      if (this.#out.length > this.#limits.longestBacklog)
        throw new ConnectionError(ENHANCE_YOUR_CALM, "it asks for more than it reads");
    } catch (error) {
      return this.#fail(error as Error);
    }
    if (this.#ended) return;
    this.#opened();
    if (this.#opening === undefined) this.#options.listener.heard();
    this.#roomAgain();
  }

  saidGoodbye(goodbye: Goodbye): void {
    this.#goodbye = goodbye;
    this.#leaving = true;
    if (this.#opening !== undefined)
      return this.#end(`the other side refused the connection (${goodbyeText(goodbye)})`, goodbye);
    const excluded = this.#streams.excludeAbove(goodbye.lastStreamId);
    // Octets that the server would not read must not be written: a server that closes with octets unread resets the
    // connection, and its last answers are lost.
    if (!this.#streams.hasUnsent) this.#out.discard();
    this.#options.listener.goodbye(goodbye);
    const why = `the other side did not process it (${goodbyeText(goodbye)})`;
    for (const stream of excluded) {
      this.#requests.drop(stream);
      this.endStream(stream, { kind: stream.left ? "refused" : "never-left", why });
    }
    this.#finishIfDone();
  }

  /** Ends a stream that is open, for whatever the other side has said. */
  endStream(stream: Stream, end: StreamEnd, resetCode?: number): void {
    // An answer may come before all of the request has left: the rest is not wanted (RFC 9113 §8.1).
    this.#close(stream, resetCode ?? (stream.rest === undefined ? undefined : CANCEL), end.kind === "answered");
    stream.end(end);
    this.#finishIfDone();
  }

  /** Takes a stream out of those that are open. With a code, the other side is told. */
  #close(stream: Stream, resetCode: number | undefined, isAnswered = false): void {
    this.#requests.drop(stream);
    // What has not left must stay here.
    if (!isAnswered) this.#out.withhold(stream);
    if (resetCode === undefined) this.#streams.delete(stream);
    else {
      this.#streams.wasReset(stream);
      putReset(this.#out, stream.id, resetCode);
    }
    if (this.#streams.size === 0 && !this.#ended) this.#socket.unref();
  }

  // --- how it begins and ends

  #opened(): void {
    const opening = this.#opening;
    if (opening === undefined || !this.#incoming.hasBegun) return;
    this.#opening = undefined;
    this.#options.signal.removeEventListener("abort", this.#abort);
    if (this.#streams.size === 0) this.#socket.unref();
    opening.resolve(this);
  }

  readonly #abort = (): void => this.#end(reasonOf(this.#options.signal).message, this.#options.signal.reason);

  unclogged(): void {
    if (this.#ended) return;
    this.#requests.sendWaiting();
    this.#roomAgain();
  }

  writeFailed(error: Error): void {
    this.#end(`the connection failed: ${error.message}`, error);
  }

  #roomAgain(): void {
    if (!this.#wasFull || this.#ended || !this.hasRoom) return;
    this.#wasFull = false;
    this.#options.listener.roomAgain();
  }

  /** RFC 9113 §5.4.1. */
  #fail(error: Error): void {
    if (!(error instanceof ConnectionError)) {
      this.#end(error.message, error);
      throw error;
    }
    this.#end(error.message, error, error.code);
  }

  #finishIfDone(): void {
    if (this.#leaving && this.#streams.size === 0 && this.#opening === undefined)
      this.#end(
        this.#goodbye === undefined ? "it was left" : `the other side closed it (${goodbyeText(this.#goodbye)})`,
        undefined,
        NO_ERROR,
      );
  }

  /** Ends all that is open, each stream with what is true of it. With a code, the other side is told (RFC 9113 §6.8). */
  #end(why: string, cause?: unknown, goawayCode?: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leaving = true;
    this.#options.signal.removeEventListener("abort", this.#abort);
    if (goawayCode !== NO_ERROR) this.#out.discard();
    this.#closeSocket(goawayCode, why);
    for (const stream of this.#streams.list()) {
      this.#streams.delete(stream);
      this.#requests.drop(stream);
      stream.end(stream.endWithout(why));
    }
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening !== undefined) return opening.reject(new Error(why, { cause }));
    // Told later, because the owner may be the one who ended it just now.
    queueMicrotask(() => this.#options.listener.closed(why));
  }

  #closeSocket(goawayCode: number | undefined, why: string): void {
    const socket = this.#socket;
    if (goawayCode === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    putGoaway(this.#out, goawayCode, goawayCode === NO_ERROR ? "" : why);
    this.#out.finish();
    socket.destroySoon();
    setTimeout(() => socket.destroy(), LAST_WORDS).unref();
  }
}

function reasonOf(signal: AbortSignal): Error {
  const { reason } = signal;
  return reason instanceof Error ? reason : new Error(String(reason));
}
