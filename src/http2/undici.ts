import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Client, Dispatcher } from "undici";
import { LONGEST_TIMER } from "../clock.js";
import { REFUSED_STREAM } from "./error-codes.js";
import { FrameTap } from "./frame-tap.js";
import type {
  Fields,
  Goodbye,
  Http2Answer,
  Http2Connection,
  Http2Listener,
  Http2Request,
  Http2Stream,
  OpenHttp2,
  StreamEnd,
  StreamHandler,
} from "./port.js";

/*
 * undici behind the port. Only this file knows it, by its public entry, and loads it when it is asked for. It leans on what
 * undici does and does not document; the tests in test/apns notice each of these when they run on undici:
 *
 * - A request that the other side did not process (REFUSED_STREAM, a stream above a GOAWAY's last id) is sent again by undici
 *   itself, visible as a second `onRequestStart`. Aborting there sends nothing. Where its session is gone, it asks `connect` for
 *   another socket first, and gets a dead end that speaks just enough HTTP/2 for `onRequestStart` to come.
 * - A request aborted in its first `onRequestStart` connects and opens no stream.
 * - `dispatch` returns false when the stream limit is reached, and `drain` follows when there is room again.
 *
 * It cannot say when a stream's last byte was passed to the socket, so `left` comes when it starts a request, and all that it does not
 * know to be unprocessed is lost. Pings and GOAWAY's debug data it does not pass on: they are read and written on the way.
 */

/** Streams that are open at once at most, whatever the other side allows. */
const MOST_STREAMS = 1000;

/** Octets of an answer's body that are kept. */
const MOST_BODY = 4096;

/** Loads undici, and gives what opens connections over it. Rejects when it is not installed. */
export async function loadUndici(): Promise<OpenHttp2> {
  const { Client } = await import("undici");
  return (socket, options) => UndiciConnection.open(Client, socket, options);
}

class UndiciConnection implements Http2Connection {
  readonly #tap: FrameTap;
  readonly #client: Client;
  readonly #listener: Http2Listener;
  readonly #streams = new Set<UndiciStream>();
  #goodbye: Goodbye | undefined;
  #hasStarted = false;
  #hasRoom = true;
  #isLeaving = false;
  #why = "";
  #isClosed = false;

  static async open(Class: typeof Client, ...[socket, options]: Parameters<OpenHttp2>): Promise<Http2Connection> {
    const { authority, listener, signal } = options;
    const connection = new UndiciConnection(Class, socket, authority, listener);
    const abort = () => socket.destroy();
    signal.addEventListener("abort", abort, { once: true });
    try {
      await connection.#start();
      signal.throwIfAborted();
      return connection;
    } catch (error) {
      connection.#end("it was never open");
      socket.destroy();
      throw signal.aborted ? signal.reason : connection.#whyNot(error as Error);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  constructor(Class: typeof Client, socket: TLSSocket, authority: string, listener: Http2Listener) {
    this.#listener = listener;
    this.#tap = new FrameTap(socket, {
      heard: () => listener.heard(),
      goodbye: goodbye => {
        this.#goodbye = goodbye;
        if (this.#hasStarted) listener.goodbye(goodbye);
      },
      closed: () => this.#end(this.#why || "the connection was cut"),
    });
    let handedOver = false;
    this.#client = new Class(`https://${authority}`, {
      connect: (_options, callback) => {
        const next = handedOver ? deadEnd() : this.#tap;
        handedOver = true;
        callback(null, next as unknown as TLSSocket);
      },
      headersTimeout: 0,
      bodyTimeout: 0,
      // undici would close an idle connection after 4 s.
      keepAliveTimeout: LONGEST_TIMER,
      keepAliveMaxTimeout: LONGEST_TIMER,
      h2Options: { maxConcurrentStreams: MOST_STREAMS, pingInterval: 0 },
    } as Client.Options);
    this.#client.on("drain", () => {
      this.#hasRoom = true;
      if (this.hasRoom) listener.roomAgain();
    });
    this.#client.on("disconnect", (_origin, _targets, error) => {
      // undici says so also after a GOAWAY, while open streams still finish.
      if (this.#goodbye !== undefined && this.#streams.size > 0) return;
      this.#end(
        this.#why || (this.#goodbye ? "the other side closed it (GOAWAY)" : `the connection was cut: ${error.message}`),
      );
    });
  }

  get hasRoom(): boolean {
    return this.#hasRoom && this.isOpen && !this.#isLeaving;
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#goodbye === undefined && this.#tap.isAlive;
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  open(request: Http2Request, handler: StreamHandler): Http2Stream {
    const stream = new UndiciStream(
      handler,
      () => this.isAlive,
      ended => this.#streamEnded(ended),
    );
    this.#streams.add(stream);
    const { path, authorization, shared, own, body } = request;
    const headers = flat([["authorization", authorization]], shared, own);
    const more = this.#client.dispatch({ method: "POST", path, headers, body: Buffer.from(body) }, stream);
    if (!more) this.#hasRoom = false;
    return stream;
  }

  /** True while open streams may still be answered. */
  get isAlive(): boolean {
    return !this.#isClosed && this.#tap.isAlive;
  }

  ping(onAnswer: () => void): void {
    this.#tap.ping(onAnswer);
  }

  leave(): void {
    this.#isLeaving = true;
    if (this.#streams.size === 0) this.destroy("no longer needed");
  }

  destroy(why: string): void {
    this.#why ||= why;
    queueMicrotask(() => this.#end(this.#why));
  }

  #streamEnded(stream: UndiciStream): void {
    this.#streams.delete(stream);
    const isLast = this.#streams.size === 0 && (this.#isLeaving || this.#goodbye !== undefined);
    if (isLast) this.destroy(this.#goodbye ? "the other side closed it (GOAWAY)" : "no longer needed");
  }

  /** Resolves when the other side's SETTINGS are there: only then does undici start a request. */
  async #start(): Promise<void> {
    const only = new Error("only to start the session");
    await new Promise<void>((resolve, reject) => {
      this.#client.dispatch({ method: "GET", path: "/" }, {
        onRequestStart: controller => controller.abort(only),
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd() {},
        onResponseError: (_controller, error) => (error === only ? resolve() : reject(error)),
      } satisfies Dispatcher.DispatchHandler);
    });
    if (this.#goodbye !== undefined) throw new Error("GOAWAY came first");
    if (!this.#tap.isAlive) throw new Error("the other side closed the connection before it said anything");
    this.#hasStarted = true;
  }

  #whyNot(error: Error): Error {
    const goodbye = this.#goodbye;
    if (goodbye === undefined) return error;
    return new Error(`it said goodbye at once (GOAWAY, code ${goodbye.errorCode})`, { cause: goodbye });
  }

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Aborted first, so that undici has nothing in hand that it could send again: a client that is destroyed with a replay in its
    // queue throws where nobody can catch it.
    for (const stream of [...this.#streams]) stream.lose(why);
    this.#client.destroy(new Error(why)).catch(() => {});
    this.#tap.destroy();
    if (this.#hasStarted) this.#listener.closed(why);
  }
}

function flat(...lists: Fields[]): string[] {
  return lists.flat(2);
}

/** One request: the handler that undici reports to. Ends exactly once. */
class UndiciStream implements Http2Stream, Dispatcher.DispatchHandler {
  #handler: StreamHandler | undefined;
  readonly #isAlive: () => boolean;
  readonly #onEnd: (stream: UndiciStream) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #starts = 0;
  #status = 0;
  #headers: Readonly<Record<string, unknown>> = {};
  readonly #body: Buffer[] = [];
  #bodyLength = 0;

  constructor(handler: StreamHandler, isAlive: () => boolean, onEnd: (stream: UndiciStream) => void) {
    this.#handler = handler;
    this.#isAlive = isAlive;
    this.#onEnd = onEnd;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#starts++;
    // The stream ended while it waited inside undici.
    if (this.#handler === undefined) return controller.abort(ABANDONED);
    this.#controller = controller;
    if (this.#starts === 1 && this.#isAlive()) return this.#handler.left();
    // undici is about to send again what was not processed: whether to do so is not undici's to decide.
    const { why, kind } =
      this.#starts === 1
        ? ({ kind: "never-left", why: "the connection was gone before the request left" } as const)
        : ({ kind: "refused", why: "the other side refused the stream before processing it" } as const);
    this.#end({ kind, why });
    controller.abort(ABANDONED);
  }

  onResponseStart(_controller: unknown, status: number, headers: Record<string, unknown>): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#bodyLength >= MOST_BODY) return;
    this.#body.push(chunk);
    this.#bodyLength += chunk.length;
  }

  onResponseEnd(): void {
    this.#end(this.#answer());
  }

  onResponseError(_controller: unknown, error: Error): void {
    const { http2ErrorCode } = error as { readonly http2ErrorCode?: number };
    const why = error.message;
    // The status alone is an answer; a body that was cut off takes nothing else away.
    if (this.#status !== 0) this.#end(this.#answer());
    else if (this.#starts === 0) this.#end({ kind: "never-left", why });
    else if (http2ErrorCode === REFUSED_STREAM) this.#end({ kind: "refused", why });
    else this.#end({ kind: "lost", why });
  }

  lose(why: string): void {
    const controller = this.#controller;
    this.onResponseError(undefined, new Error(why));
    controller?.abort(ABANDONED);
  }

  cancel(): boolean {
    this.#handler = undefined;
    this.#controller?.abort(ABANDONED);
    this.#onEnd(this);
    return this.#starts === 0;
  }

  #answer(): Http2Answer {
    const headers = this.#headers;
    const field = (name: string) => {
      const value = headers[name];
      return typeof value === "string" ? value : Array.isArray(value) ? String(value[0]) : undefined;
    };
    return {
      kind: "answered",
      status: this.#status,
      field,
      body: Buffer.concat(this.#body).toString("utf8", 0, MOST_BODY),
    };
  }

  /** Lets go of everything, because node:http2 keeps its streams, and with them this, long after their end. */
  #end(end: StreamEnd): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    this.#handler = undefined;
    this.#controller = undefined;
    this.#onEnd(this);
    handler.ended(end);
  }
}

const ABANDONED = new Error("abandoned");

/** An empty SETTINGS frame. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

function deadEnd(): Duplex {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  duplex.on("error", () => {});
  duplex.push(SETTINGS);
  return Object.assign(duplex, { alpnProtocol: "h2" });
}
