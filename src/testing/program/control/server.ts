import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isApnsVoipError } from "../../../errors.js";
import { invalidRequest, Refused, type RouteAnswer, refuseRequest } from "../../../http/answer.js";
import { readJsonObject } from "../../../http/json-body.js";
import { fromNode } from "../../../http/node-request.js";
import type { Live } from "../live.js";
import type { Access } from "./access.js";
import { streamEvents } from "./event-stream.js";
import { readPageFiles } from "./page-files.js";
import { type ControlRoute, findRoute } from "./route.js";
import { signIn, signInPage } from "./sign-in.js";

export interface ControlOptions {
  readonly routes: readonly ControlRoute[];
  readonly live: Live;
  readonly access: Access;
  /** Requests wait until it is settled. */
  readonly ready: Promise<unknown>;
  /** Hears of errors inside. The client gets a bare 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The page may load only our own files and ask only our own API, may stand in no frame, and never makes markup of text. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const SECURITY_HEADERS = {
  "content-security-policy": POLICY,
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** The server of the control API and the page. Not listening yet. */
export function createControlServer({ routes, live, access, ready, onError }: ControlOptions): Server {
  const files = readPageFiles();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await ready;
    const stranger = access.refuseStranger(request);
    if (stranger !== undefined) return sendJson(response, stranger);
    const { pathname, searchParams } = readUrl(request);
    const isApi = pathname === "/control" || pathname.startsWith("/control/");
    if (pathname === "/" && signIn(access, request, response, searchParams.get("token"))) return;
    if (!access.isKnown(request)) {
      response.setHeader("www-authenticate", "Bearer");
      if (isApi) return sendJson(response, { status: 401, body: { error: "unauthorized" } });
      return sendText(response, 401, "text/html; charset=utf-8", signInPage(searchParams.has("token")));
    }
    if (!isApi) return sendFile(request, response, pathname);
    if (pathname === "/control/events" && request.method === "GET") return streamEvents(live, response);
    return sendJson(response, await callRoute(request, pathname, searchParams));
  };

  const sendFile = (request: IncomingMessage, response: ServerResponse, pathname: string) => {
    const file = files.get(pathname);
    if (file === undefined) return sendJson(response, { status: 404, body: { error: "not_found" } });
    if (request.method === "GET" || request.method === "HEAD") return sendText(response, 200, file.type, file.content);
    return sendJson(response, methodNotAllowed(["GET"]));
  };

  const callRoute = async (
    request: IncomingMessage,
    pathname: string,
    query: URLSearchParams,
  ): Promise<RouteAnswer> => {
    const match = findRoute(routes, request.method ?? "", pathname);
    if (!("route" in match)) return noRoute(match.allow);
    const { route, params } = match;
    const isLooking = route.method === "GET";
    const body = isLooking ? {} : await readBody(request, pathname);
    const answer = await route.serve({ params, query, body });
    if (!isLooking) live.changed();
    return { status: route.status ?? 200, body: answer as RouteAnswer["body"] };
  };

  return createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    serve(request, response)
      .catch((error: unknown) => {
        const answer = answerForError(error);
        if (answer === undefined) onError?.(error);
        sendJson(response, answer ?? { status: 500, body: { error: "internal_error" } });
      })
      // The rest of a body that was not read would stand in front of the connection's next request.
      .finally(() => request.resume());
  });
}

const noRoute = (allow: readonly string[]): RouteAnswer =>
  allow.length > 0
    ? methodNotAllowed(allow)
    : { status: 404, body: { error: "not_found", message: "no such path; GET /control lists them all" } };

const methodNotAllowed = (allow: readonly string[]): RouteAnswer => ({
  status: 405,
  body: { error: "method_not_allowed" },
  headers: { allow: allow.join(", ") },
});

function readUrl({ url = "/" }: IncomingMessage): URL {
  // Put together as text: `new URL(path, base)` takes a path that begins with // for another host.
  const text = `http://localhost${url}`;
  if (url.startsWith("/") && URL.canParse(text)) return new URL(text);
  throw refuseRequest("", "the request names no path");
}

/** Without a body the route gets an empty object. */
async function readBody(request: IncomingMessage, pathname: string): Promise<Record<string, unknown>> {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  return length === "0" && encoding === undefined ? {} : readJsonObject(fromNode(request, pathname));
}

function answerForError(error: unknown): RouteAnswer | undefined {
  if (error instanceof Refused) return error.answer;
  if (isApnsVoipError(error) && error.code === "INVALID_OPTIONS") {
    return invalidRequest([{ path: "", message: error.message }]);
  }
  return undefined;
}

function sendJson(response: ServerResponse, { status, body, headers = {} }: RouteAnswer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendText(response, status, "application/json; charset=utf-8", `${JSON.stringify(body, null, 2)}\n`);
}

function sendText(response: ServerResponse, status: number, type: string, content: string | Buffer): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(content) });
  response.end(content);
}
