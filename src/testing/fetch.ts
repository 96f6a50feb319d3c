import { decodeProtectedHeader } from "jose";
import type { Environment } from "../environment.js";
import type { Connection } from "./connection.js";
import type { Core } from "./core.js";
import { header, type MockRequest } from "./request.js";

/** The part of `fetch` that a client of Apple needs. */
export type MockFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that is answered by the core. It sees requests, not connections: one is taken to stand for each environment
 * and signing key, and what would leave it unusable refuses single requests only.
 */
export function createFetch(core: Core): MockFetch {
  const connections = new Map<string, Connection>();

  const connectionFor = (environment: Environment, request: MockRequest): Connection => {
    const name = `${environment} ${keyIdOf(request)}`;
    const open = connections.get(name);
    if (open !== undefined && core.connections.has(open)) return open;
    const connection = core.connect(environment, false, {
      authenticated() {},
      cut() {},
      goaway() {},
      freeze() {},
      thaw() {},
      streamLimit() {},
    });
    connections.set(name, connection);
    return connection;
  };

  return async (input, init) => {
    init?.signal?.throwIfAborted();
    const url = new URL(typeof input === "object" && "url" in input ? input.url : input);
    const request = await readRequest(url, input, init);
    const answer = await core.answer(request, connectionFor(environmentOf(url), request), () => !init?.signal?.aborted);
    init?.signal?.throwIfAborted();
    return new Response(answer?.body || null, { status: answer?.status ?? 500, headers: answer?.headers ?? {} });
  };
}

/** Apple's sandbox hosts, by today's name and the old one; everything else is production. */
export function environmentOf(url: URL): Environment {
  return /sandbox|development/.test(url.hostname) ? "sandbox" : "production";
}

async function readRequest(url: URL, input: string | URL | Request, init: RequestInit = {}): Promise<MockRequest> {
  const given = init.headers ?? (typeof input === "object" && "headers" in input ? input.headers : {});
  // `Headers` joins repeated names; a list of pairs still shows them.
  const pairs = Array.isArray(given) ? given : [...new Headers(given)];
  const body = await new Request(input, init).arrayBuffer();
  return {
    method: init.method ?? (typeof input === "object" && "method" in input ? input.method : "GET"),
    path: url.pathname + url.search,
    headers: pairs.map(([name = "", value = ""]) => [name.toLowerCase(), value] as const),
    body: new Uint8Array(body),
  };
}

function keyIdOf(request: MockRequest): string {
  try {
    return decodeProtectedHeader(header(request, "authorization")?.replace(/^bearer\s+/i, "") ?? "").kid ?? "";
  } catch {
    return "";
  }
}
