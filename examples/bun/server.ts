import { apns, routes } from "./push.ts";

const server = Bun.serve({
  port: Number(process.env.PORT || 3000),
  routes: { "/health": Response.json({ ok: true }) },
  fetch: request => routes.fetch(request),
});
console.log(`listening on ${server.url}`);

process.on("SIGTERM", async () => {
  await server.stop();
  await apns.close();
});
