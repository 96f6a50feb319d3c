import { decodeProtectedHeader } from "jose";
import type { Environment } from "../environment.js";
import type { Core } from "./core.js";
import { type FetchConnection, openFetchConnection } from "./fetch-connection.js";
import { header, type MockRequest } from "./request.js";

/** The part of `fetch` that a client of Apple needs. */
export type MockFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` that the core answers. The requests of one environment and signing key count as one connection. */
export function createFetch(core: Core): MockFetch {
  const connections = new Map<string, FetchConnection>();

  const connectionFor = (environment: Environment, request: MockRequest): FetchConnection => {
    const name = `${environment} ${keyIdOf(request)}`;
    const open = connections.get(name);
    if (open?.usable) return open;
    const connection = openFetchConnection(core, environment);
    connections.set(name, connection);
    return connection;
  };

  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const asked = await readRequest(request, url, init);
    const { status, headers, body } = await connectionFor(environmentOf(url), asked).exchange(asked, request.signal);
    return new Response(body === "" ? null : body, { status, headers });
  };
}

/** The sandbox's hosts have today's name and the old one. Every other host counts as production. */
function environmentOf(url: URL): Environment {
  return /sandbox|development/.test(url.hostname) ? "sandbox" : "production";
}

async function readRequest(request: Request, url: URL, init: RequestInit = {}): Promise<MockRequest> {
  // A list of pairs still shows a header that came twice. `Headers` joins the two.
  const pairs = Array.isArray(init.headers) ? init.headers : [...request.headers];
  return {
    method: request.method,
    path: url.pathname + url.search,
    headers: pairs.map(([name = "", value = ""]) => [name.toLowerCase(), value] as const),
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

function keyIdOf(request: MockRequest): string {
  try {
    return decodeProtectedHeader(header(request, "authorization")?.replace(/^bearer\s+/i, "") ?? "").kid ?? "";
  } catch {
    return "";
  }
}
