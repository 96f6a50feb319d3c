import { toFastifyPlugin } from "apns-voip/fastify";
import Fastify from "fastify";
import { apns, routes } from "./push.ts";

const app = Fastify();
app.register(toFastifyPlugin(routes));
app.get("/health", async () => ({ ok: true, apns: apns.stats }));
app.addHook("onClose", () => apns.close());
process.once("SIGTERM", () => app.close());

await app.listen({ port: Number(process.env.PORT || 3000) });
