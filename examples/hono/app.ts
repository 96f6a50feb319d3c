import { Hono } from "hono";
import { routes } from "./push.ts";

export const app = new Hono();
app.get("/health", context => context.json({ ok: true }));
// Hono's context goes along: authenticate gets it as its second argument.
app.all("/api/*", context => routes.fetch(context.req.raw, context));
