import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { networkCause } from "../internal/network-cause.js";
import { connectToApple } from "./connect.js";
import { type Http2Client, loadSoon, openHttp2Client } from "./undici-client.js";

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
    const connecting = connectToApple({ origin, proxy, ca, signal });
    // While the network does its part.
    loadSoon();
    const socket = await connecting;
    // Also while it waits for the first word of HTTP/2.
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    try {
      return await openHttp2Client(origin, socket);
    } catch (error) {
      if (signal.aborted) throw new ApnsVoipError("CONNECTION_FAILED", `${origin}: ${networkCause(signal.reason)}`);
      throw error;
    }
  }
}
