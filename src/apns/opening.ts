import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { openHttp2 } from "../http2/connection.js";
import type { Goodbye, Http2Connection, Http2Listener, OpenHttp2 } from "../http2/port.js";
import { networkCause } from "../internal/network-cause.js";
import { readAnswer } from "./answer.js";
import { connectToApple } from "./connect.js";

export interface OpeningOptions {
  readonly origin: string;
  readonly transport: "http2" | "undici";
  readonly proxy: URL | undefined;
  readonly ca: string | undefined;
  readonly timeout: number;
  readonly clock: Clock;
}

/** A connection that is being opened, within a time limit. */
export class Opening {
  /** Monotonic milliseconds. */
  readonly since: number;
  /** Rejects with `CONNECTION_FAILED`, or with `INVALID_OPTIONS` for a fault here that does not heal. */
  readonly done: Promise<Http2Connection>;
  readonly #controller = new AbortController();

  constructor(options: OpeningOptions, listener: Http2Listener) {
    const { clock, timeout } = options;
    this.since = monotonicNow(clock);
    const cancel = clock.setTimeout(() => this.abort(`no connection within ${timeout} ms`), timeout);
    this.done = this.#run(options, listener).finally(cancel);
  }

  abort(why: string): void {
    this.#controller.abort(new Error(why));
  }

  async #run({ origin, transport, proxy, ca }: OpeningOptions, listener: Http2Listener): Promise<Http2Connection> {
    const { signal } = this.#controller;
    // Loaded before there is a socket, which nobody would close if this failed.
    const speak = await http2Over(transport);
    const socket = await connectToApple({ origin, proxy, ca, signal });
    try {
      const http2 = await speak(socket, { authority: new URL(origin).host, listener, signal });
      // Only pushes keep the process alive, by their timers. An idle connection does not.
      socket.unref();
      return http2;
    } catch (cause) {
      socket.destroy();
      throw new ApnsVoipError("CONNECTION_FAILED", `could not connect to ${origin}: ${wordsFor(cause)}`, { cause });
    }
  }
}

async function http2Over(transport: "http2" | "undici"): Promise<OpenHttp2> {
  if (transport === "http2") return openHttp2;
  try {
    const { loadUndici } = await import("../http2/undici.js");
    return await loadUndici();
  } catch (cause) {
    throw new ApnsVoipError(
      "INVALID_OPTIONS",
      `transport: "undici" given, and that package cannot be loaded (${networkCause(cause)}); install it, or leave the option out, which needs none`,
      { cause },
    );
  }
}

/** The error's words. If a GOAWAY came first, they are Apple's reason. */
function wordsFor(cause: unknown): string {
  const goodbye = (cause as Error | undefined)?.cause as Partial<Goodbye> | undefined;
  if (typeof goodbye?.debugData !== "string") return networkCause(cause);
  const { reason } = readAnswer({ status: 0, body: goodbye.debugData, header: () => undefined });
  const said = reason || JSON.stringify(goodbye.debugData.slice(0, 100));
  return `it said goodbye at once (GOAWAY, code ${goodbye.errorCode}): ${said}`;
}
