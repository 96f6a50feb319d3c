import { connect } from "node:http2";
import type { TLSSocket } from "node:tls";

/** What an HTTP/2 server says of itself. */
export interface Greeting {
  /** Streams it allows at once, from its SETTINGS. */
  readonly streams: number;
  /** When its SETTINGS came, on the given clock. */
  readonly at: number;
  /** Milliseconds since the epoch, from the `date` header of an answer; absent when there is none. */
  readonly date: number | undefined;
}

/**
 * Waits for SETTINGS, then asks for the root path, which every server answers (Apple with 404 or 405), to see its clock.
 * Nothing about any device or key is sent.
 */
export function greet(socket: TLSSocket, origin: string, signal: AbortSignal, now: () => number): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    const session = connect(origin, { createConnection: () => socket });
    let settings: Pick<Greeting, "streams" | "at"> | undefined;
    let settled = false;
    const end = (act: () => void) => {
      if (settled) return;
      settled = true;
      signal.removeEventListener("abort", abort);
      session.destroy();
      act();
    };
    const withoutDate = (error: Error) =>
      end(() => (settings === undefined ? reject(error) : resolve({ ...settings, date: undefined })));
    const abort = () => withoutDate(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    session.on("error", withoutDate);
    session.once("close", () => withoutDate(closedEarly()));
    session.once("remoteSettings", ({ maxConcurrentStreams }) => {
      const greeted = { streams: maxConcurrentStreams ?? Number.POSITIVE_INFINITY, at: now() };
      settings = greeted;
      const asking = session.request({ ":method": "GET", ":path": "/" }, { endStream: true });
      asking.once("error", withoutDate);
      asking.once("response", ({ date }) => {
        const read = typeof date === "string" ? Date.parse(date) : Number.NaN;
        end(() => resolve({ ...greeted, date: Number.isNaN(read) ? undefined : read }));
      });
    });
    if (signal.aborted) abort();
  });
}

function closedEarly(): Error {
  return Object.assign(new Error("the other side closed the connection before its HTTP/2 SETTINGS"), {
    code: "ECONNRESET",
  });
}
