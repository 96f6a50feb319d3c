import type { PushRoutes } from "apns-voip";
import { toFastifyPlugin } from "apns-voip/fastify";
import fastify from "fastify";

export function createApp(routes: PushRoutes) {
  const app = fastify();
  app.register(toFastifyPlugin(routes));
  app.get("/health", async () => ({ ok: true }));
  return app;
}
