import type { PushRoutes } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import express from "express";

export function createApp(routes: PushRoutes) {
  const app = express();
  app.use(toNodeHandler(routes)); // Before a body parser, so that every answer is the routes' own.
  app.use(express.json());
  app.get("/health", (_request, response) => void response.json({ ok: true }));
  return app;
}
