import type { ClientHttp2Session } from "node:http2";
import { createRequire } from "node:module";
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Client, Dispatcher } from "undici";
import { ApnsVoipError } from "../errors.js";

/*
 * The only file that knows undici. What we lean on beyond its documentation, and the tests in test/apns that would notice:
 *
 * - (processes) `undici/lib/dispatcher/client.js` can be loaded alone, and then leaves the host's dispatcher and fetch as they are.
 *   Loading all of undici replaces the process-wide dispatcher on Node 22.
 * - (faults, where-others-break) A refused stream, one above a GOAWAY's last id and one that could not be written after a GOAWAY are sent again by
 *   undici itself, visible only as a second `onRequestStart`; aborting there sends nothing.
 * - (faults: GOAWAY) When its session is gone, undici asks our `connect` again before it sends such a request again. The second time it
 *   gets a dead end that speaks just enough HTTP/2 for `onRequestStart` to come, and nothing leaves the process.
 * - (connections: warming up) A request aborted in `onRequestStart` connects and opens no stream.
 * - (outcomes, faults) The words and codes of its errors that tell an unprocessed request (the functions at the end).
 * - (connections, faults: stream limits) `dispatch` returns false when the stream limit is reached, and `drain` follows when there is room again.
 * - (faults: debug data, silence) The socket we hand over carries the HTTP/2 session under a symbol. Its `goaway` event has the debug data that undici
 *   does not pass on, and its documented `ping` asks for a sign of life. Not found: neither is available, nothing else breaks.
 */

export type UndiciClient = Client;
export type StreamHandler = Dispatcher.DispatchHandler;
export type StreamController = Dispatcher.DispatchController;

/** Longest delay a Node timer takes, 24.8 days: undici closes an idle HTTP/2 connection after 4 s unless told. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Streams per connection that we ever open at once, whatever the other side allows. */
const MOST_STREAMS = 1000;

let ClientClass: typeof Client | undefined;

function loadClient(): typeof Client {
  if (ClientClass !== undefined) return ClientClass;
  const require = createRequire(import.meta.url);
  try {
    ClientClass = require("undici/lib/dispatcher/client.js") as typeof Client;
  } catch {
    ClientClass = (require("undici") as { Client: typeof Client }).Client;
  }
  return ClientClass;
}

/** Loads undici when what is being done has been done; what goes wrong is told where it is needed. */
export function loadSoon(): void {
  if (ClientClass !== undefined) return;
  setImmediate(() => {
    try {
      loadClient();
    } catch {}
  });
}

/** undici's client on a socket of ours: exactly one connection, never a second. */
export interface Http2Client {
  readonly client: Client;
  readonly session: ClientHttp2Session | undefined;
  /** False as soon as the connection is gone. undici says so a moment later, and takes requests until then. */
  isAlive(): boolean;
}

export async function openHttp2Client(origin: string, socket: TLSSocket): Promise<Http2Client> {
  let handedOver = false;
  const Class = loadClient();
  const client = new Class(origin, {
    connect: (_options, callback) => {
      const next = handedOver ? deadEnd() : socket;
      handedOver = true;
      callback(null, next as TLSSocket);
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: LONGEST_TIMER,
    keepAliveMaxTimeout: LONGEST_TIMER,
    h2Options: { maxConcurrentStreams: MOST_STREAMS, pingInterval: 0 },
  } as Client.Options);
  await startSession(client);
  if (socket.destroyed) {
    client.destroy().catch(() => {});
    throw new ApnsVoipError("CONNECTION_FAILED", `${origin} closed the connection before it said anything`);
  }
  const session = sessionOn(socket);
  return { client, session, isAlive: () => !socket.destroyed && session?.destroyed !== true };
}

/** Resolves when the other side's SETTINGS are there: only then does undici start a request. */
function startSession(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const only = new Error("only to start the session");
    client.dispatch({ method: "GET", path: "/" }, {
      onRequestStart: controller => controller.abort(only),
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd() {},
      onResponseError: (_controller, error) => (error === only ? resolve() : reject(error)),
    } satisfies Dispatcher.DispatchHandler);
  });
}

function sessionOn(socket: TLSSocket): ClientHttp2Session | undefined {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    const value = (socket as unknown as Record<symbol, unknown>)[symbol] as
      | Partial<ClientHttp2Session>
      | null
      | undefined;
    if (typeof value?.ping === "function" && typeof value.goaway === "function") return value as ClientHttp2Session;
  }
  return undefined;
}

/** An empty SETTINGS frame: 9 bytes of header, no body. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

function deadEnd(): Duplex {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  duplex.push(SETTINGS);
  return Object.assign(duplex, { alpnProtocol: "h2" });
}

const GOAWAY_MESSAGE = 'HTTP/2: "GOAWAY" frame received';
const HEADERS_NOT_WRITTEN_MESSAGE = 'HTTP/2: "frameError" received - type 1,';

/** HTTP/2's REFUSED_STREAM. */
const REFUSED_STREAM = 7;

/** undici says "disconnect" when Apple announces the end of a connection, not only when it has ended. */
export function isGoaway(error: Error): boolean {
  return error.message.startsWith(GOAWAY_MESSAGE);
}

/** A refused stream, one above a GOAWAY's last id, and one whose HEADERS were never written: Apple processed none (RFC 9113). */
export function wasUnprocessed(error: Error): boolean {
  const { http2ErrorCode } = error as { readonly http2ErrorCode?: number };
  return http2ErrorCode === REFUSED_STREAM || isGoaway(error) || error.message.startsWith(HEADERS_NOT_WRITTEN_MESSAGE);
}
