import { ApnsVoipError } from "../errors.js";
import { networkCause } from "../internal/network-cause.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
import type { Expiring, Expiry } from "./expiry.js";
import type { ApnsAnswer, Parcel } from "./transport.js";
import { type StreamController, type StreamHandler, wasUnprocessed } from "./undici-client.js";

/** What a stream needs of its connection. */
export interface StreamOwner {
  readonly id: number;
  /** Why the connection was lost, if it was. */
  readonly why: string;
  /** False as soon as the connection is gone: nothing leaves on it any more. */
  readonly isAlive: boolean;
  streamEnded(stream: Stream): void;
  answered(answer: ApnsAnswer): void;
  /** A stream timed out. */
  timedOut(): void;
}

const NO_HEADERS: Readonly<Record<string, unknown>> = {};

/** One attempt: the handler undici reports to. Ends its parcel exactly once. */
export class Stream implements Expiring, StreamHandler {
  readonly expiresAt: number;
  readonly #connection: StreamOwner;
  readonly #parcel: Parcel;
  readonly #expiry: Expiry;
  #controller: StreamController | undefined;
  #starts = 0;
  #status = 0;
  #headers: Readonly<Record<string, unknown>> = NO_HEADERS;
  #body = "";
  #ended = false;

  constructor(connection: StreamOwner, parcel: Parcel, expiresAt: number, expiry: Expiry) {
    this.#connection = connection;
    this.#parcel = parcel;
    this.expiresAt = expiresAt;
    this.#expiry = expiry;
  }

  get parcel(): Parcel {
    return this.#parcel;
  }

  onRequestStart(controller: StreamController): void {
    this.#controller = controller;
    this.#starts++;
    // Ended while it waited inside undici.
    if (this.#ended) return controller.abort(ABANDONED);
    if (this.#starts === 1 && this.#connection.isAlive) return this.#parcel.left();
    // undici is about to replay what Apple refused unprocessed: whether to send again is not undici's to decide.
    this.#end();
    controller.abort(ABANDONED);
    const what =
      this.#starts === 1
        ? "the connection was gone before the push left"
        : "Apple refused the stream before processing it";
    this.#parcel.unsent(new ApnsVoipError("CONNECTION_LOST", what), false);
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
    if (this.#starts === 0 || wasUnprocessed(error)) {
      return this.#parcel.unsent(
        new ApnsVoipError("CONNECTION_LOST", `the push never left: ${networkCause(error)}`, { cause: error }),
        false,
      );
    }
    const why = this.#connection.why || networkCause(error);
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
    if (this.#status !== 0) {
      this.#answer();
      return this.#controller?.abort(ABANDONED);
    }
    this.#end();
    this.#controller?.abort(ABANDONED);
    const { id } = this.#connection;
    if (this.#starts === 0) {
      return this.#parcel.unsent(new ApnsVoipError("TIMEOUT", "the push never left its connection"), false);
    }
    this.#connection.timedOut();
    this.#parcel.unknown(
      new ApnsVoipError("TIMEOUT", "Apple did not answer in time; the push may have been processed"),
      id,
    );
  }

  /**
   * The connection is about to be given up. Aborted first, so that undici has nothing left in hand that it could send again:
   * a client that is destroyed with a replay in its queue throws where nobody can catch it.
   */
  lose(): void {
    if (this.#ended) return;
    const error = new Error(this.#connection.why);
    this.onResponseError(undefined, error);
    this.#controller?.abort(ABANDONED);
  }

  /** The caller gave up. */
  abandon(): void {
    if (this.#ended) return;
    this.#end();
    this.#controller?.abort(ABANDONED);
  }

  #answer(): void {
    if (this.#ended) return;
    const answer = this.#status === 200 ? acceptedAnswer(this.#headers["apns-unique-id"]) : this.#readAnswer();
    this.#end();
    this.#connection.answered(answer);
    this.#parcel.answered(answer, this.#connection.id);
  }

  #readAnswer(): ApnsAnswer {
    return readAnswer({
      status: this.#status,
      body: this.#body,
      header: name => {
        const value = this.#headers[name];
        return typeof value === "string" ? value : undefined;
      },
    });
  }

  #end(): void {
    this.#ended = true;
    this.#expiry.delete(this);
    this.#connection.streamEnded(this);
  }
}

/** Characters of an answer's body that are kept; Apple's have about 60. */
const MOST_BODY = 4096;

const ABANDONED = new Error("abandoned");
