import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

/** What frameworks and body parsers add to Node's request. */
export type NodeRequest = IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string };

const WITHOUT_BODY = new Set(["GET", "HEAD"]);

/**
 * A standard `Request` for Node's, under the path that is given. The body is read only as far as somebody asks for it; one
 * that a body parser has read already is taken from `body`.
 *
 * @throws `TypeError` for a method that no `Request` can have (TRACE, CONNECT).
 */
export function toRequest(native: NodeRequest, path: string, parsed: unknown = native.body): Request {
  const { method = "GET" } = native;
  const isRead = parsed !== undefined && wasRead(native);
  const headers = headersOf(native, isRead);
  const body = WITHOUT_BODY.has(method) ? null : isRead ? asBytes(parsed) : streamOf(native);
  // Half duplex: what Node's Request asks for when the body is a stream.
  return new Request(urlOf(native, path), { method, headers, body, duplex: "half" } as RequestInit);
}

/** A parser that looked at the type and passed by leaves `body` an empty object, and the stream untouched. */
function wasRead(native: NodeRequest): boolean {
  return native.readableDidRead || native.readableEnded;
}

function headersOf({ headers }: NodeRequest, isRead: boolean): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2's pseudo headers are no headers; and what a parser has read has another length, and no encoding, by now.
    if (name.startsWith(":") || value === undefined) continue;
    if (isRead && (name === "content-length" || name === "content-encoding")) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.append(name, one);
  }
  return result;
}

/** What `express.json`, `raw` and `text` make of a body, made bytes again. A form becomes some JSON; its type tells. */
function asBytes(parsed: unknown): string | Uint8Array<ArrayBuffer> {
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed);
  return typeof parsed === "string" ? parsed : JSON.stringify(parsed);
}

/** Pulled chunk by chunk; giving it up does not destroy the socket, on which the answer has yet to leave. */
export function streamOf(readable: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  let chunks: AsyncIterator<Uint8Array | string> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= readable.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array | string>;
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(Buffer.from(value as Uint8Array)));
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function urlOf({ headers }: NodeRequest, path: string): URL {
  // Joined as text: resolved as a reference, a path that begins with // would name another host.
  const url = `http://${headers[":authority"] ?? headers.host}${path}`;
  // The header is the client's word; a broken one must not break the request.
  return path.startsWith("/") && URL.canParse(url) ? new URL(url) : new URL(path, "http://localhost");
}
