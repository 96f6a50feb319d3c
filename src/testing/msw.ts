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
import { createMockPushApi, type MockPushApiOptions } from "./push-api.js";

export type { MockPushApiOptions } from "./push-api.js";

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
        // msw answers 500 when a handler throws, and a fault must have no answer.
        return Response.error();
      }
    }),
  ];
}

/**
 * Request handlers that play the push API for the tests of a signal server: its real routes, answers and checks, and phones
 * at the end that ring. What goes wrong is told to the mock: `phone.uninstall()`, `mock.script(...)`.
 *
 * @example
 * ```ts
 * const mock = createMockApns();
 * const phone = mock.device({ userId: 10 });
 * const server = setupServer(...pushApiHandlers({ apiUrl: "http://api:3000", adminToken: "secret", mock }));
 * server.listen();
 * // an offer to user 10, who is offline
 * phone.calls[0]; // { type: "call.incoming", callId: "11-10", ... }
 * ```
 */
export function pushApiHandlers(options: MockPushApiOptions): HttpHandler[] {
  const routes = createMockPushApi(options);
  const { origin } = new URL(options.apiUrl);
  return Object.values(routes.paths).map(path => http.all(origin + path, ({ request }) => routes.fetch(request)));
}
