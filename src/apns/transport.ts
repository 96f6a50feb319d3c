import type { ApnsVoipError } from "../errors.js";
import type { PreparedPush } from "./prepare-push.js";

/** Apple's answer to one attempt, as far as it could be read. */
export interface ApnsAnswer {
  readonly status: number;
  /** Apple's string; empty when the body had none. */
  readonly reason: string;
  readonly apnsUniqueId: string | undefined;
  /** From the body of a 410: epoch milliseconds. */
  readonly timestamp: number | undefined;
  /** Apple's clock, from the `date` header: epoch milliseconds. */
  readonly date: number | undefined;
  /** The `retry-after` header: a header's text, seconds or an HTTP date. */
  readonly retryAfter: string | undefined;
}

/**
 * One push on its way, as a transport sees it. The transport calls `left` when an attempt leaves and then exactly one of
 * the three ends; the parcel may be submitted again from within an end.
 */
export interface Parcel {
  readonly push: PreparedPush;
  /** Monotonic milliseconds after which it must not leave any more. */
  readonly deadline: number;
  /** A connection it should not use again, if there is another. 0: any will do. */
  readonly avoid: number;
  /** Only connections opened after this one will do. 0: any will do. */
  readonly newerThan: number;
  left(): void;
  answered(answer: ApnsAnswer, connection: number): void;
  /** Apple provably did not process it. `settled`: and it makes no sense to submit it again. */
  unsent(error: ApnsVoipError, settled: boolean): void;
  /** It left, and nobody can say what became of it. */
  unknown(error: ApnsVoipError, connection: number): void;
}

/** One way to reach one environment. */
export interface Transport {
  submit(parcel: Parcel): void;
  /** The caller gave up: no end is called any more. */
  abandon(parcel: Parcel): void;
  /**
   * Apple called this connection's provider token expired. Where a fresh connection may help: the one after which a
   * connection counts as fresh, the same for all pushes that met the refusal.
   */
  replace(connection: number): number | undefined;
  /** Apple saw too many provider tokens on this connection. Likewise, for a fresh one with the previous period's token. */
  rest(connection: number): number | undefined;
  /** The key has changed: the connections it opened take no more pushes. */
  retireAll(): void;
  warmUp(): Promise<void>;
  readonly connections: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Every parcel has ended by now; lets go of what is open. */
  close(): Promise<void>;
}
