/**
 * Doors for msw 3 and 2.
 *
 * While msw listens, no HTTP/2 client works in the same process: do not use `mock.listen()` beside it, and give the client a
 * `fetch` that is looked up at each call, because msw replaces the global one:
 * `createApnsClient({ fetch: (input, init) => globalThis.fetch(input, init), ... })`.
 *
 * @module
 */
import { type HttpHandler, http } from "msw";
import type { MockApns } from "./mock-apns.js";

/** Apple's hosts, on any of their ports. */
const APPLE = /^https:\/\/api\.(sandbox\.|development\.)?push\.apple\.com(:\d+)?\//;

/**
 * Request handlers that let the mock answer what is sent to Apple's hosts.
 *
 * @example
 * ```ts
 * const mock = createMockApns();
 * const server = setupServer(...apnsHandlers(mock));
 * server.listen();
 * const apns = createApnsClient({ ...mock.key, fetch: (input, init) => globalThis.fetch(input, init) });
 * ```
 */
export function apnsHandlers(mock: MockApns): HttpHandler[] {
  return [
    http.all(APPLE, async ({ request }) => {
      try {
        return await mock.fetch(request);
      } catch {
        // What a handler throws, msw answers with 500; a fault has no answer.
        return Response.error();
      }
    }),
  ];
}
