import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { causeOf, connectToApple } from "./connect.js";
import { type Http2Client, openHttp2Client } from "./undici-client.js";

export interface OpeningOptions {
  readonly origin: string;
  readonly proxy: URL | undefined;
  readonly ca: string | undefined;
  readonly timeout: number;
  readonly clock: Clock;
}

/** A connection on its way, with an end to the waiting. */
export class Opening {
  /** Monotonic milliseconds. */
  readonly since: number;
  /** Rejects with `CONNECTION_FAILED`. */
  readonly done: Promise<Http2Client>;
  readonly #controller = new AbortController();

  constructor(options: OpeningOptions) {
    const { clock, timeout } = options;
    this.since = monotonicNow(clock);
    const cancel = clock.setTimeout(() => this.abort(`no connection within ${timeout} ms`), timeout);
    this.done = this.#run(options).finally(cancel);
  }

  abort(why: string): void {
    this.#controller.abort(new Error(why));
  }

  async #run({ origin, proxy, ca }: OpeningOptions): Promise<Http2Client> {
    const { signal } = this.#controller;
    const socket = await connectToApple({ origin, proxy, ca, signal });
    const http2 = await openHttp2Client(origin, socket);
    if (!signal.aborted) return http2;
    http2.client.destroy(signal.reason as Error).catch(() => {});
    throw new ApnsVoipError("CONNECTION_FAILED", causeOf(signal.reason));
  }
}
