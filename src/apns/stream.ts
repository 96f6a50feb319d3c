import { ApnsVoipError } from "../errors.js";
import { Expiring } from "../internal/expiry.js";
import { networkCause } from "../internal/network-cause.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
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
export class Stream extends Expiring implements StreamHandler {
  readonly #connection: StreamOwner;
  /** Until it has ended. */
  #parcel: Parcel | undefined;
  #controller: StreamController | undefined;
  #starts = 0;
  #status = 0;
  #headers: Readonly<Record<string, unknown>> = NO_HEADERS;
  #body = "";

  constructor(connection: StreamOwner, parcel: Parcel, expiresAt: number) {
    super(expiresAt);
    this.#connection = connection;
    this.#parcel = parcel;
  }

  get parcel(): Parcel | undefined {
    return this.#parcel;
  }

  onRequestStart(controller: StreamController): void {
    this.#starts++;
    // Ended while it waited inside undici.
    if (this.#parcel === undefined) return controller.abort(ABANDONED);
    this.#controller = controller;
    if (this.#starts === 1 && this.#connection.isAlive) return this.#parcel.left();
    // undici is about to replay what Apple refused unprocessed: whether to send again is not undici's to decide.
    const parcel = this.#end();
    controller.abort(ABANDONED);
    const what =
      this.#starts === 1
        ? "the connection was gone before the push left"
        : "Apple refused the stream before processing it";
    parcel?.unsent(new ApnsVoipError("CONNECTION_LOST", what), false);
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
    // The status alone is Apple's word already; a body that was cut off takes only the reason away.
    if (this.#status !== 0) return this.#answer();
    const parcel = this.#end();
    const { id } = this.#connection;
    if (this.#starts === 0 || wasUnprocessed(error)) {
      return parcel?.unsent(
        new ApnsVoipError("CONNECTION_LOST", `the push never left: ${networkCause(error)}`, { cause: error }),
        false,
      );
    }
    const why = this.#connection.why || networkCause(error);
    parcel?.unknown(
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
    const controller = this.#controller;
    if (this.#status !== 0) {
      this.#answer();
      return controller?.abort(ABANDONED);
    }
    const parcel = this.#end();
    controller?.abort(ABANDONED);
    if (parcel === undefined) return;
    const { id } = this.#connection;
    if (this.#starts === 0) {
      return parcel.unsent(new ApnsVoipError("TIMEOUT", "the push never left its connection"), false);
    }
    this.#connection.timedOut();
    parcel.unknown(new ApnsVoipError("TIMEOUT", "Apple did not answer in time; the push may have been processed"), id);
  }

  /**
   * The connection is about to be given up. Aborted first, so that undici has nothing left in hand that it could send again:
   * a client that is destroyed with a replay in its queue throws where nobody can catch it.
   */
  lose(): void {
    const controller = this.#controller;
    this.onResponseError(undefined, new Error(this.#connection.why));
    controller?.abort(ABANDONED);
  }

  /** The caller gave up. */
  abandon(): void {
    const controller = this.#controller;
    this.#end();
    controller?.abort(ABANDONED);
  }

  #answer(): void {
    const answer = this.#status === 200 ? acceptedAnswer(this.#headers["apns-unique-id"]) : this.#readAnswer();
    const parcel = this.#end();
    if (parcel === undefined) return;
    this.#connection.answered(answer);
    parcel.answered(answer, this.#connection.id);
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

  /**
   * The parcel, for the first who asks. All that was held is let go: node:http2 keeps its streams long after their end, and
   * would keep this with them.
   */
  #end(): Parcel | undefined {
    const parcel = this.#parcel;
    if (parcel === undefined) return undefined;
    this.#parcel = undefined;
    this.#controller = undefined;
    this.#headers = NO_HEADERS;
    this.#connection.streamEnded(this);
    return parcel;
  }
}

/** Characters of an answer's body that are kept; Apple's have about 60. */
const MOST_BODY = 4096;

const ABANDONED = new Error("abandoned");
