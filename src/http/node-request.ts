import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Readable } from "node:stream";
import { isNestedTooDeep } from "../internal/nesting.js";
import { readNodeBody, readParsedBody, readStandardBody } from "./body.js";
import { nestedTooDeep } from "./json-body.js";
import type { RouteRequest } from "./route.js";

/** Node's request, of HTTP/1.1 or HTTP/2, with what frameworks and body parsers add to it. */
export type NodeRequest = (IncomingMessage | Http2ServerRequest) & {
  readonly body?: unknown;
  readonly originalUrl?: string;
};

const WITHOUT_BODY = new Set(["GET", "HEAD"]);

/** Where the body is: still in a stream, or read and parsed by somebody before us. */
export type NodeBody = { readonly stream: Readable } | { readonly parsed: unknown };

/** Node's request as the routes read it. */
export function fromNode(native: NodeRequest, path: string, body: NodeBody = bodyOf(native)): RouteRequest {
  const stale = staleHeaders(native, body);
  let standard: Request | undefined;
  return {
    method: native.method ?? "GET",
    path: path.split("?", 1)[0]!,
    query: queryOf(native.url),
    header(name) {
      const value = native.headers[name];
      return value === undefined || stale.includes(name) ? null : String(value);
    },
    async bytes() {
      // Once there is a standard `Request`, only it can read the stream.
      if (standard !== undefined) return readStandardBody(standard);
      return "stream" in body ? readNodeBody(body.stream) : readParsedBody(asBytes(body.parsed));
    },
    standard: () => (standard ??= toRequest(native, path, body)),
  };
}

/**
 * Makes a standard `Request` of Node's, with the given path. Its body is read from the stream only when somebody asks
 * for it.
 *
 * @throws `TypeError` for a method that no `Request` can have (TRACE, CONNECT).
 */
export function toRequest(native: NodeRequest, path: string, body: NodeBody = bodyOf(native)): Request {
  const { method = "GET" } = native;
  const init = {
    method,
    headers: headersOf(native, staleHeaders(native, body)),
    body: WITHOUT_BODY.has(method) ? null : "stream" in body ? streamOf(body.stream) : asBytes(body.parsed),
    // What Node's Request asks for when the body is a stream.
    duplex: "half",
  };
  return new Request(urlOf(native, path), init as RequestInit);
}

/** Where the body is. A parser that does not read its type leaves an empty object as `body`, and the stream unread. */
function bodyOf(native: NodeRequest): NodeBody {
  const isRead = native.readableDidRead || native.readableEnded;
  return isRead && native.body !== undefined ? { parsed: native.body } : { stream: native };
}

/** Headers that are no longer true of a body that somebody has read or unpacked: it has another length and no encoding. */
function staleHeaders(native: NodeRequest, body: NodeBody): readonly string[] {
  return "stream" in body && body.stream === native ? [] : ["content-length", "content-encoding"];
}

function headersOf({ headers }: NodeRequest, without: readonly string[]): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2's pseudo headers are no headers.
    if (name.startsWith(":") || value === undefined || without.includes(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) result.append(name, one);
  }
  return result;
}

function queryOf(url = ""): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start + 1);
}

/**
 * What `express.json`, `raw` and `text` make of a body, made bytes again. What they make of a form comes as JSON, and is refused
 * by the type that its header still names.
 *
 * @throws `Refused`, 400, for what is nested too deep to be written.
 */
function asBytes(parsed: unknown): string | Uint8Array<ArrayBuffer> {
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed);
  if (typeof parsed === "string") return parsed;
  if (isNestedTooDeep(parsed)) throw nestedTooDeep();
  return JSON.stringify(parsed) ?? "";
}

/** A web stream of Node's stream, read chunk by chunk. Cancelling it leaves the socket open for the answer. */
function streamOf(readable: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
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
  // Put together as text, because `new URL(path, base)` takes a path that begins with // for another host.
  const url = `http://${headers[":authority"] ?? headers.host}${path}`;
  // The client writes the header, and a broken one must not break the request.
  return path.startsWith("/") && URL.canParse(url) ? new URL(url) : new URL(path, "http://localhost");
}
