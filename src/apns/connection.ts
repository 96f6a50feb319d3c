import type { ClientHttp2Session } from "node:http2";
import type { Client, Dispatcher } from "undici";
import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { readAnswer } from "./answer.js";
import { causeOf } from "./connect.js";
import type { Expiring, Expiry } from "./expiry.js";
import { KEEP_TOKEN, type ProviderToken } from "./provider-token.js";
import type { ApnsAnswer, Parcel } from "./transport.js";
import type { Http2Client } from "./undici-client.js";

/** A ping, or a probe after a time-out, must be answered within this many milliseconds. */
const PING_DEADLINE = 5000;

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** There is room again. */
  roomAgain(connection: Connection): void;
  /** An answer has come; the parcel hears of it right after. */
  answered(connection: Connection, answer: ApnsAnswer): void;
  /** It takes no more pushes: Apple said so, or it broke. Streams that are open may still finish. */
  goingAway(
    connection: Connection,
    goaway: { errorCode: number; lastStreamId: number; debugData: string } | undefined,
  ): void;
  /** It is gone. */
  closed(connection: Connection, why: string): void;
}

export interface ConnectionOptions {
  readonly id: number;
  readonly http2: Http2Client;
  readonly clock: Clock;
  readonly expiry: Expiry;
  readonly timeout: number;
  readonly pingInterval: number;
  readonly owner: ConnectionOwner;
}

/**
 * One HTTP/2 connection to Apple, and the provider token it has taken. It lives through: `open` (takes pushes), `probing` (a
 * push timed out; none are given to it until it answers a ping), `resting` (Apple saw too many provider tokens on it),
 * `leaving` (open streams finish, nothing else) and `closed`.
 */
export class Connection {
  readonly id: number;
  readonly openedAt: number;
  state: "open" | "probing" | "resting" | "leaving" | "closed" = "open";
  /** Apple has answered something on it. */
  hasAnswered = false;
  inFlight = 0;
  readonly #options: ConnectionOptions;
  readonly #client: Client;
  readonly #session: ClientHttp2Session | undefined;
  #room = true;
  #token: ProviderToken | undefined;
  #tokenUntil = 0;
  #cancelPing: (() => void) | undefined;
  #why = "";

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = options.id;
    this.openedAt = monotonicNow(options.clock);
    this.#client = options.http2.client;
    this.#session = options.http2.session;
    this.#client.on("drain", () => {
      this.#room = true;
      if (this.state === "open") options.owner.roomAgain(this);
    });
    this.#client.on("disconnect", (_origin, _targets, error) => this.#disconnected(error));
    this.#session?.prependListener("goaway", (errorCode, lastStreamId, data) => {
      const debugData =
        data === undefined ? "" : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
      this.#why ||= "Apple is closing it (GOAWAY)";
      this.leave({ errorCode, lastStreamId, debugData });
    });
    this.#schedulePing();
  }

  /** Takes pushes right now. */
  get hasRoom(): boolean {
    return this.#room && this.state === "open";
  }

  /** The provider token it uses now; `undefined` when it should take another. */
  get token(): ProviderToken | undefined {
    return monotonicNow(this.#options.clock) < this.#tokenUntil ? this.#token : undefined;
  }

  /** From now on it uses this token, for 20 minutes unless another time is given: Apple wants no second one before. */
  takeToken(token: ProviderToken, keepFor: number = KEEP_TOKEN): void {
    this.#token = token;
    this.#tokenUntil = monotonicNow(this.#options.clock) + keepFor;
  }

  send(parcel: Parcel, token: ProviderToken, onEnd: () => void): Stream {
    const { clock, expiry, timeout } = this.#options;
    const expiresAt = Math.min(monotonicNow(clock) + timeout, parcel.deadline);
    const stream = new Stream(this, parcel, expiresAt, expiry, onEnd);
    this.inFlight++;
    expiry.add(stream);
    const { path, headers, body } = parcel.push;
    const more = this.#client.dispatch(
      { method: "POST", path, headers: ["authorization", token.authorization, ...headers], body },
      stream,
    );
    if (!more) this.#room = false;
    return stream;
  }

  /** A stream has ended, one way or the other. */
  streamEnded(): void {
    this.inFlight--;
    if (this.inFlight === 0 && this.state === "leaving") this.#destroy();
  }

  answered(answer: ApnsAnswer): void {
    this.hasAnswered = true;
    this.#options.owner.answered(this, answer);
  }

  /** An attempt timed out: no new pushes until it has answered a probe, so that one slow answer harms no neighbour. */
  probe(): void {
    if (this.state !== "open") return;
    this.state = "probing";
    this.#ping(() => {
      if (this.state !== "probing") return;
      this.state = "open";
      this.#options.owner.roomAgain(this);
    });
  }

  rest(): void {
    if (this.state === "open" || this.state === "probing") this.state = "resting";
  }

  /** The rest is over. */
  wake(): void {
    if (this.state === "resting") this.state = "open";
  }

  /** Takes no more pushes; closes when its open streams have finished. */
  leave(goaway?: { errorCode: number; lastStreamId: number; debugData: string }): void {
    const first = this.state !== "leaving" && this.state !== "closed";
    if (this.state === "closed") return;
    this.state = "leaving";
    if (first || goaway !== undefined) this.#options.owner.goingAway(this, goaway);
    if (this.inFlight === 0) this.#destroy();
  }

  /** Ends it and everything on it. */
  giveUp(why: string): void {
    this.#why ||= why;
    this.#destroy();
  }

  #schedulePing(): void {
    const { clock, pingInterval } = this.#options;
    this.#cancelPing = clock.setTimeout(() => this.#ping(() => this.#schedulePing()), pingInterval, {
      background: true,
    });
  }

  #ping(onAck: () => void): void {
    this.#cancelPing?.();
    if (this.state === "closed") return;
    const cancel = this.#options.clock.setTimeout(
      () => this.giveUp(`no answer to a ping within ${PING_DEADLINE} ms`),
      PING_DEADLINE,
      { background: true },
    );
    this.#cancelPing = cancel;
    const sent = this.#trySendPing(() => {
      if (this.#cancelPing !== cancel || this.state === "closed") return;
      cancel();
      this.#schedulePing();
      onAck();
    });
    if (!sent) this.giveUp("it cannot be pinged");
  }

  #trySendPing(onAck: () => void): boolean {
    try {
      return this.#session?.ping(error => error === null && onAck()) ?? false;
    } catch {
      return false;
    }
  }

  #disconnected(error: Error): void {
    // After a GOAWAY undici says so too, while open streams still finish.
    if (this.state === "leaving" && this.inFlight > 0) return;
    this.#why ||= `the connection was cut: ${causeOf(error)}`;
    this.#destroy();
  }

  #destroy(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#cancelPing?.();
    // undici reports the loss to each open stream, synchronously or soon; the pool forgets this connection first.
    this.#options.owner.closed(this, this.#why || "no longer needed");
    this.#client.destroy(new Error(this.#why || "closed")).catch(() => {});
  }

  get why(): string {
    return this.#why;
  }
}

/** One attempt: the handler undici reports to. Ends its parcel exactly once. */
export class Stream implements Expiring, Dispatcher.DispatchHandler {
  readonly expiresAt: number;
  readonly #connection: Connection;
  readonly #parcel: Parcel;
  readonly #expiry: Expiry;
  readonly #onEnd: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #starts = 0;
  #status = 0;
  #headers: Record<string, unknown> = {};
  #body = "";
  #ended = false;

  constructor(connection: Connection, parcel: Parcel, expiresAt: number, expiry: Expiry, onEnd: () => void) {
    this.#connection = connection;
    this.#parcel = parcel;
    this.expiresAt = expiresAt;
    this.#expiry = expiry;
    this.#onEnd = onEnd;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#starts++;
    // Ended while it waited inside undici.
    if (this.#ended) return controller.abort(ABANDONED);
    if (this.#starts === 1) return this.#parcel.left();
    // undici is about to replay what Apple refused unprocessed: whether to send again is not undici's to decide.
    this.#end();
    controller.abort(ABANDONED);
    const error = new ApnsVoipError("CONNECTION_LOST", "Apple refused the stream before processing it");
    this.#parcel.unsent(error, false);
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, unknown>): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#body.length < MOST_BODY) this.#body += chunk.toString("utf8");
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#ended) return;
    // The status alone is Apple's word already; a body that was cut off takes only the reason away.
    if (this.#status !== 0) return this.#answer();
    this.#end();
    const { id } = this.#connection;
    if (this.#starts === 0 || isUnprocessed(error)) {
      return this.#parcel.unsent(
        new ApnsVoipError("CONNECTION_LOST", `the push never left: ${causeOf(error)}`, { cause: error }),
        false,
      );
    }
    const why = this.#connection.why || causeOf(error);
    this.#parcel.unknown(
      new ApnsVoipError(
        "CONNECTION_LOST",
        `the push left, and then the answer was lost: ${why}; it may have been processed`,
        { cause: error },
      ),
      id,
    );
  }

  /** Apple did not answer in time. */
  expire(): void {
    if (this.#ended) return;
    if (this.#status !== 0) return this.#answer();
    this.#end();
    this.#controller?.abort(ABANDONED);
    const { id } = this.#connection;
    if (this.#starts === 0) {
      return this.#parcel.unsent(new ApnsVoipError("TIMEOUT", "the push never left its connection"), false);
    }
    this.#connection.probe();
    this.#parcel.unknown(
      new ApnsVoipError("TIMEOUT", "Apple did not answer in time; the push may have been processed"),
      id,
    );
  }

  /** The caller gave up. */
  abandon(): void {
    if (this.#ended) return;
    this.#end();
    this.#controller?.abort(ABANDONED);
  }

  #answer(): void {
    if (this.#ended) return;
    const answer = readAnswer({
      status: this.#status,
      body: this.#body,
      header: name => {
        const value = this.#headers[name];
        return typeof value === "string" ? value : undefined;
      },
    });
    this.#end();
    this.#connection.answered(answer);
    this.#parcel.answered(answer, this.#connection.id);
  }

  #end(): void {
    this.#ended = true;
    this.#expiry.delete(this);
    this.#onEnd();
    this.#connection.streamEnded();
  }
}

/** Characters of an answer's body that are kept; Apple's have about 60. */
const MOST_BODY = 4096;

const ABANDONED = new Error("abandoned");

/** HTTP/2's REFUSED_STREAM. */
const REFUSED_STREAM = 7;

/** RFC 9113: a refused stream, one above a GOAWAY's last id, and one whose HEADERS were never written were not processed. */
function isUnprocessed(error: Error): boolean {
  return (
    (error as { http2ErrorCode?: number }).http2ErrorCode === REFUSED_STREAM ||
    error.message.startsWith('HTTP/2: "GOAWAY" frame received') ||
    error.message.startsWith('HTTP/2: "frameError" received - type 1,')
  );
}
