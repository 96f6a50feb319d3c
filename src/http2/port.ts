/**
 * One HTTP/2 connection, as its sender sees it: open a stream, cancel it, ping, hear what the other side announces and how
 * the connection ended. `connection.ts` is our own, `undici.ts` stands behind the same port.
 */

/** Names and values, in order. Names are lower case. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A POST with one small body. */
export interface Http2Request {
  readonly path: string;
  /** Sent so that neither side's table ever holds it. */
  readonly authorization: string;
  /**
   * Fields that many requests have in common. Pass the same array with each of them: a connection encodes it once, and from
   * then on sends indexes into the other side's table.
   */
  readonly shared: Fields;
  /** Fields of this request alone; no table holds them. */
  readonly own: Fields;
  readonly body: string;
}

/** How a stream ended: exactly one of four. */
export type StreamEnd =
  | Http2Answer
  /** Its END_STREAM left, and the other side has said that it did not process it (RFC 9113 §8.7): safe to send again. */
  | { readonly kind: "refused"; readonly why: string }
  /** Its END_STREAM was never passed to the socket: safe to send again. */
  | { readonly kind: "never-left"; readonly why: string }
  /** It left, and nobody can say what became of it. */
  | { readonly kind: "lost"; readonly why: string };

export interface Http2Answer {
  readonly kind: "answered";
  /** 200 to 599: informational answers are passed over. */
  readonly status: number;
  /** A field's value by its lower-case name; the first, where there are several. */
  field(name: string): string | undefined;
  /** Its first 4096 octets at most; less or nothing where it was cut short: the status counts all the same. */
  readonly body: string;
}

export interface StreamHandler {
  /** Its END_STREAM was passed to the socket: the other side may have processed it from now on. */
  left(): void;
  /** Called once. After `cancel` it is not called any more. */
  ended(end: StreamEnd): void;
}

export interface Http2Stream {
  /** Nobody wants the answer any more. True when the request never left, and now never will. */
  cancel(): boolean;
}

/** GOAWAY (RFC 9113 §6.8), as it came. */
export interface Goodbye {
  readonly errorCode: number;
  readonly lastStreamId: number;
  /** The debug data: JSON, text, or empty. */
  readonly debugData: string;
}

/** What a connection tells its owner. Never called from within a call of the owner's, but for `roomAgain`. */
export interface Http2Listener {
  /** A stream may be opened again after `hasRoom` was false. */
  roomAgain(): void;
  /** Bytes have arrived. */
  heard(): void;
  /** The other side says goodbye, perhaps more than once: no new streams; those at or below the last id may still finish. */
  goodbye(goodbye: Goodbye): void;
  /** It is gone: every stream on it has ended before this is called. Called once. */
  closed(why: string): void;
}

export interface Http2Connection {
  /** True when a stream may be opened: the stream limit, the connection's window, the socket and the stream ids allow it. */
  readonly hasRoom: boolean;
  /** False once it is certain that no more streams can be opened, after a GOAWAY for example. */
  readonly isOpen: boolean;
  readonly openStreams: number;
  /** Opens a stream. Allowed only while `hasRoom`. */
  open(request: Http2Request, handler: StreamHandler): Http2Stream;
  /** Sends a ping, and calls back when the other side has answered it; never, if it does not. */
  ping(onAnswer: () => void): void;
  /** No new streams; it closes when those that are open have ended. */
  leave(): void;
  /** Ends it and each of its streams now. */
  destroy(why: string): void;
}

/**
 * Speaks HTTP/2 on a socket whose TLS handshake is done. Resolves when the other side's first SETTINGS have come, because a
 * stream opened before could not be counted against its limits. Rejects with an Error that says why; a GOAWAY that came first
 * is its `cause`. The socket is destroyed then.
 */
export type OpenHttp2 = (socket: import("node:tls").TLSSocket, options: OpenHttp2Options) => Promise<Http2Connection>;

export interface OpenHttp2Options {
  /** The `:authority` of every request. */
  readonly authority: string;
  readonly listener: Http2Listener;
  /** Ends the attempt to open; without effect once it is open. */
  readonly signal: AbortSignal;
}
