import type { Clock } from "../clock.js";
import type { Environment } from "../environment.js";
import type { OnEvent } from "../events.js";
import type { ApnsPush, ApnsResult, ApnsSendOptions } from "./push.js";

/** What the client is doing right now. A new object at each reading. */
export interface ApnsClientStats {
  /** Connections that take pushes now or will again, per environment. */
  readonly connections: Readonly<Record<Environment, number>>;
  /** Pushes that have left and have no answer yet. */
  readonly inFlight: number;
  /** Pushes that wait for room on a connection. */
  readonly queued: number;
  /** Milliseconds since the `iat` of the newest provider token; `undefined` before the first. */
  readonly tokenAge: number | undefined;
}

/** Talks to Apple. One per key; made with `createApnsClient`. */
export interface ApnsClient extends AsyncDisposable {
  /**
   * Sends one push. Resolves with one of four outcomes; rejects only for a mistake of your code (`ApnsVoipError`) or its
   * own abort.
   */
  send(push: ApnsPush, options?: ApnsSendOptions): Promise<ApnsResult>;
  /**
   * Sends many, in bounded memory. Results come in input order; reading stops when the consumer stops. A mistake in one
   * push is that push's `unsent` result.
   */
  sendAll<P extends ApnsPush>(
    pushes: Iterable<P> | AsyncIterable<P>,
    options?: ApnsSendOptions,
  ): AsyncIterable<{ readonly push: P; readonly result: ApnsResult }>;
  /**
   * Connects before the first call, so that it need not wait for TCP and TLS; by default to the client's `environment`. Only
   * a real push lifts Apple's limit of one stream. Rejects with `CONNECTION_FAILED` when no connection can be made,
   * `INVALID_KEY` when the key cannot sign, `INVALID_OPTIONS` for an environment that it may not talk to, and `CLOSED` after
   * `close()`.
   */
  warmUp(environment?: Environment): Promise<void>;
  readonly stats: ApnsClientStats;
  /** The environment of devices whose own is not known. */
  readonly environment: Environment;
  /** The environments that this client may talk to. */
  readonly environments: readonly Environment[];
  /** The default app, if one was given. */
  readonly bundleId: string | undefined;
  /** The developer teams whose keys it has. */
  readonly teamIds: readonly string[];
  /** The apps it may send for; undefined: any. */
  readonly bundleIds: readonly string[] | undefined;
  /** The listener, if one was given. What is built on this client tells the same one. */
  readonly onEvent: OnEvent | undefined;
  /** The clock of this client, and of what is built on it. */
  readonly clock: Clock;
  /** Finishes what is in flight, then closes. Pushes sent after this are `unsent`, code `CLOSED`. */
  close(): Promise<void>;
}
