import type { Parcel } from "./parcel.js";

/** Apple's answer to one attempt, as far as it could be read. */
export interface ApnsAnswer {
  readonly status: number;
  /** Apple's reason; empty when the body had none. */
  readonly reason: string;
  readonly apnsUniqueId: string | undefined;
  /** From the body of a 410: epoch milliseconds. */
  readonly timestamp: number | undefined;
  /** Apple's clock, from the `date` header: epoch milliseconds. */
  readonly date: number | undefined;
  /** The `retry-after` header: a header's text, seconds or an HTTP date. */
  readonly retryAfter: string | undefined;
}

/** Connections opened after the one with this number count as fresh. 0: all of them do. */
export type FreshAfter = number;

/** One way to reach one environment. */
export interface Transport {
  /** `now`: monotonic milliseconds. */
  submit(parcel: Parcel, now: number): void;
  /**
   * Apple called this connection's provider token expired. Gives what counts as a fresh connection, the same for all pushes
   * that met the refusal; undefined: a fresh one would not help.
   */
  replace(connection: number): FreshAfter | undefined;
  /** Apple saw too many provider tokens on this connection. Gives the same, for one with the previous period's token. */
  rest(connection: number): FreshAfter | undefined;
  /** The key has changed: the connections it opened take no more pushes. */
  retireAll(): void;
  warmUp(): Promise<void>;
  readonly connections: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Closes what is open. Called when every parcel has ended. */
  close(): Promise<void>;
}
