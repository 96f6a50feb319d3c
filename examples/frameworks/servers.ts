import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import type { PushRoutes } from "apns-voip";
import { createApp as createExpress4 } from "./express-4.ts";
import { createApp as createExpress5 } from "./express-5.ts";
import { createApp as createFastify } from "./fastify-5.ts";
import { createApp as createHono } from "./hono-4.ts";
import { createApp as createNodeServer } from "./node-http.ts";

export interface StartedServer {
  readonly url: string;
  close(): Promise<unknown>;
}

/** Each framework, serving the same routes on a free port. */
export const servers: Readonly<Record<string, (routes: PushRoutes) => Promise<StartedServer>>> = {
  "Express 5": routes => listening(createExpress5(routes).listen(0, "127.0.0.1")),
  "Express 4": routes => listening(createExpress4(routes).listen(0, "127.0.0.1")),
  "Fastify 5": async routes => {
    const app = createFastify(routes);
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    return { url, close: () => app.close() };
  },
  "Hono 4": routes => listening(serve({ fetch: createHono(routes).fetch, hostname: "127.0.0.1", port: 0 })),
  "node:http": routes => listening(createNodeServer(routes).listen(0, "127.0.0.1")),
};

async function listening(server: Server | ServerType): Promise<StartedServer> {
  if (!server.listening) await new Promise(resolve => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise(resolve => server.close(resolve)) };
}
