import type { Departing } from "./outgoing.js";
import type { Fields, Http2Stream, StreamEnd, StreamHandler } from "./port.js";

/** Who looks after a stream. */
export interface StreamOwner {
  cancelStream(stream: Stream): boolean;
}

const NO_FIELDS: Fields = [];

/** One request and its answer (RFC 9113 §5.1). Nothing of it is kept after its end. */
export class Stream implements Http2Stream, Departing {
  readonly id: number;
  readonly #owner: StreamOwner;
  /** Hears of the stream, until its end. */
  #handler: StreamHandler | undefined;

  /** Octets that the other side still takes on it; less than none after its SETTINGS took some back (RFC 9113 §6.9.2). */
  window: number;
  /** The rest of the body, which waits for a window. */
  rest: Buffer | undefined = undefined;
  /** END_STREAM was passed to the socket: the other side may have the whole request. */
  left = false;
  endSlab: Buffer | undefined = undefined;
  endAt = 0;

  /** The status of the final answer; 0 until it comes. */
  status = 0;
  fields: Fields = NO_FIELDS;
  /** Octets of DATA frames, with their padding: what counts against the window. */
  received = 0;
  /** Octets of the answer's body so far. */
  bodyLength = 0;
  /** What `content-length` says; -1 where it says nothing. */
  announcedLength = -1;
  /** What is kept of the answer's body, until it is complete. */
  #kept: Buffer | undefined = undefined;
  #keptLength = 0;

  constructor(id: number, owner: StreamOwner, handler: StreamHandler, window: number) {
    this.id = id;
    this.#owner = owner;
    this.#handler = handler;
    this.window = window;
  }

  cancel(): boolean {
    return this.#handler !== undefined && this.#owner.cancelStream(this);
  }

  departed(): void {
    this.left = true;
    this.#handler?.left();
  }

  /** Drops all that it holds: nobody hears of this stream any more. */
  forget(): void {
    this.#handler = undefined;
    this.fields = NO_FIELDS;
    this.rest = undefined;
    this.#kept = undefined;
  }

  end(end: StreamEnd): void {
    const handler = this.#handler;
    this.forget();
    handler?.ended(end);
  }

  /** Keeps a part of the body. It is copied, because the chunk around it is far larger. */
  keep(bytes: Buffer, start: number, end: number): void {
    const length = this.#keptLength + end - start;
    if (this.#kept === undefined || this.#kept.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(256, 2 * length));
      this.#kept?.copy(larger, 0, 0, this.#keptLength);
      this.#kept = larger;
    }
    bytes.copy(this.#kept, this.#keptLength, start, end);
    this.#keptLength = length;
  }

  /** The body with its last part, which nearly always is all of it. */
  takeText(bytes: Buffer, start: number, end: number): string {
    if (this.#keptLength === 0) return start === end ? "" : bytes.toString("utf8", start, end);
    this.keep(bytes, start, end);
    return (this.#kept as Buffer).toString("utf8", 0, this.#keptLength);
  }

  /** How the stream ends when nothing more can come. With a status it is answered, also without the body. */
  endWithout(why: string): StreamEnd {
    if (this.status !== 0) return new ReceivedAnswer(this.status, this.fields, "");
    return { kind: this.left ? "lost" : "never-left", why };
  }
}

/** An answer as the handler gets it. */
export class ReceivedAnswer {
  readonly kind = "answered";
  readonly status: number;
  readonly body: string;
  readonly #fields: Fields;

  constructor(status: number, fields: Fields, body: string) {
    this.status = status;
    this.#fields = fields;
    this.body = body;
  }

  field(name: string): string | undefined {
    for (const field of this.#fields) if (field[0] === name) return field[1];
    return undefined;
  }
}
