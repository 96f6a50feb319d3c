import type { RouteAnswer } from "./answer.js";
import { readStandardBody } from "./body.js";
import { replyOf } from "./reply.js";

/** A request as the routes read it, so that Node's own need not become a standard `Request` first. */
export interface RouteRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands behind the `?`, still encoded; empty without one. */
  readonly query: string;
  /** A header's value by its name in lower case; null when it is absent. */
  header(name: string): string | null;
  /** Reads the body, and never more of it than it may have. Rejects with `Refused`, 413 or 400. */
  bytes(): Promise<Uint8Array>;
  /** The same as a standard `Request`, for code that is not ours. */
  standard(): Request;
}

/** What a route does with a request of any kind. Never rejects. */
export type Serve = (request: RouteRequest, native: unknown) => Promise<RouteAnswer>;

/** A route: request in, response out. `native` is handed to `authenticate`. Never rejects. */
export interface Route {
  (request: Request, native?: unknown): Promise<Response>;
  /**
   * The same without `Request` and `Response`, which Node's own servers do not have: `toNodeHandler` calls it. A
   * function of yours around a route has none, and is called itself.
   */
  readonly serve?: Serve | undefined;
}

export function createRoute(serve: Serve): Route {
  const route = async (request: Request, native?: unknown) => {
    const { status, headers, body } = replyOf(await serve(fromStandard(request), native), request.method);
    return new Response(body, { status, headers: new Headers([...headers] as [string, string][]) });
  };
  return Object.assign(route, { serve });
}

function fromStandard(request: Request): RouteRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    header: name => request.headers.get(name),
    bytes: () => readStandardBody(request),
    standard: () => request,
  };
}
