/**
 * The routes for `node:http` and what is built on it: Express 4 and 5, Connect, Nest.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { normalize } from "../internal/route-paths.js";
import { fromNode, type NodeRequest, toRequest } from "./node-request.js";
import { type Reply, readReply, replyOf } from "./reply.js";
import type { Route } from "./route.js";
import type { PushRoutes } from "./routes.js";

/** A handler of standard requests, such as one of the routes. `native` is Node's own request. */
export type FetchHandler = (
  request: Request,
  native: IncomingMessage | Http2ServerRequest,
) => Response | Promise<Response>;

/** What `node:http`, Express and Connect call. Without `next`, other paths are answered with 404. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/**
 * Makes routes, or a single handler, into middleware for `node:http`, Express 4 and 5, Connect and Nest. Requests to other
 * paths go to `next()`; a single handler takes every request that comes.
 *
 * Mount it before a body parser if you can: then every answer is ours. Behind `express.json()` it works too, but what that
 * parser refuses (broken JSON, too much of it) it answers itself.
 *
 * @example
 * ```ts
 * app.use(toNodeHandler(routes));                                    // all of them
 * app.post("/ring", toNodeHandler(routes.pushCall));                 // one, where you like
 * createServer(toNodeHandler(routes)).listen(3000);                  // no framework
 * ```
 */
export function toNodeHandler(routes: Pick<PushRoutes, "fetch" | "paths"> | FetchHandler): NodeHandler {
  const handler: FetchHandler & Partial<Pick<Route, "serve">> = typeof routes === "function" ? routes : routes.fetch;
  const { serve } = handler;
  const served = typeof routes === "function" ? undefined : new Set(Object.values(routes.paths));

  return async (native, response, next) => {
    const path = pathOf(native, served);
    if (path === undefined && next) return next();
    try {
      const target = path ?? native.url ?? "/";
      send(
        serve === undefined
          ? await ask(handler, native, target)
          : replyOf(await serve(fromNode(native, target), native), native.method),
        response,
      );
    } catch (error) {
      if (next) next(error);
      else send(replyOf({ status: 500, body: { error: "internal_error" } }, native.method), response);
    } finally {
      // The rest of a body that was not read would stand in front of the connection's next request.
      native.resume();
    }
  };
}

/**
 * The path to serve. Mounted under a prefix, Express and Connect take it off `url` and leave it in `originalUrl`: either
 * may be the one that the routes know. Undefined: neither is.
 */
function pathOf(native: NodeRequest, served: ReadonlySet<string> | undefined): string | undefined {
  const { url = "/", originalUrl = url } = native;
  if (served === undefined) return url;
  return [url, originalUrl].find(path => served.has(normalize(path.split("?", 1)[0]!)));
}

/** Undefined where no `Request` can be made: for TRACE, or something that is no path. */
function readRequest(native: NodeRequest, path: string): Request | undefined {
  try {
    return toRequest(native, path);
  } catch {
    return undefined;
  }
}

/** Our own routes take Node's request as it is; any other handler gets a standard `Request`. */
async function ask(handler: FetchHandler, native: NodeRequest, target: string): Promise<Reply> {
  const request = readRequest(native, target);
  if (request === undefined) return replyOf({ status: 400, body: { error: "invalid_request" } }, native.method);
  return readReply(await handler(request, native));
}

function send({ status, headers, body }: Reply, response: ServerResponse | Http2ServerResponse): void {
  // Meanwhile the client may have gone, or other code may have answered.
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  for (const [name, value] of headers) {
    // `set-cookie` is the one header that may come several times.
    if (name === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  if (body === null) response.end();
  else response.end(body);
}
