import type { PushRoutes } from "apns-voip";
import { Hono } from "hono";

export function createApp(routes: PushRoutes) {
  const app = new Hono();
  for (const path of Object.values(routes.paths)) app.all(path, context => routes.fetch(context.req.raw));
  app.get("/health", context => context.json({ ok: true }));
  return app;
}
