import type { ApnsVoipError } from "../errors.js";
import type { Http2Stream, StreamEnd, StreamHandler } from "../http2/port.js";
import { Expiring } from "../internal/expiry.js";
import type { PreparedPush } from "./prepare-push.js";
import type { ApnsAnswer, FreshAfter } from "./transport.js";

/** What holds a parcel: the line in which it waits, or the connection on which it was sent. */
export interface Carrier {
  /** The parcel waited, or was on its way, for as long as it may. */
  expired(parcel: Parcel): void;
  /** The parcel's stream has ended. */
  ended(parcel: Parcel, end: StreamEnd): void;
  /** Nobody waits any more: no end is called any more. */
  abandoned(parcel: Parcel): void;
}

/**
 * One push on its way, as a transport sees it. The transport calls `left` when an attempt leaves and then exactly one of
 * the three ends; the parcel may be submitted again from within an end.
 *
 * It is the handler of its stream and the item that expires, too: a push costs one object less for each.
 */
export abstract class Parcel extends Expiring implements StreamHandler {
  readonly push: PreparedPush;
  /** Monotonic milliseconds after which it must not leave any more. */
  readonly deadline: number;
  /** The number of a connection that it should not use again, if there is another. 0: none is to be avoided. */
  avoid = 0;
  freshAfter: FreshAfter = 0;
  carrier: Carrier | undefined = undefined;
  /** Its stream, while it is on a connection. */
  stream: Http2Stream | undefined = undefined;

  constructor(push: PreparedPush, deadline: number) {
    super(deadline);
    this.push = push;
    this.deadline = deadline;
  }

  /** True once an attempt was certainly not processed: it then goes ahead of newer ones. */
  abstract readonly isReplay: boolean;
  abstract left(): void;
  abstract answered(answer: ApnsAnswer, connection: number): void;
  /** Apple provably did not process it. `settled`: to submit it again makes no sense. */
  abstract unsent(error: ApnsVoipError, settled: boolean): void;
  /** It left, and nobody can say what became of it. */
  abstract unknown(error: ApnsVoipError, connection: number): void;

  expire(): void {
    this.carrier?.expired(this);
  }

  ended(end: StreamEnd): void {
    this.carrier?.ended(this, end);
  }
}
