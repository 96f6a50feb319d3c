/** The API server of `examples/express-api`, with a look into its database for the demo. */
import { randomBytes } from "node:crypto";
import { bearerAuth, createPushRoutes, createPushService, createReceipts, type PushServiceOptions } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import { apns, app, pool, url } from "../express-api/server.ts";
import { answerQuestions } from "./conversation.ts";

/** Serves the routes once more, below a path of their own, and gives their URL. */
function serve(name: string, options: Pick<PushServiceOptions, "devices" | "receipts">): string {
  const push = createPushService({ apns, ...options });
  const authenticate = bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
  const routes = createPushRoutes({ push, authenticate, adminToken: process.env.ADMIN_PUSH_TOKEN });
  app.use(`/${name}`, toNodeHandler(routes));
  return `${url}/${name}`;
}

answerQuestions({
  query: async (sql: string) => (await pool.query(sql)).rows,

  /** Serves routes that keep the tokens in `users.voip_device_token`. */
  serveUsersTable: () =>
    serve("users-table", { devices: postgresUserColumnStore(pool, { tokenColumn: "voip_device_token" }) }),

  /** Serves routes with receipts, and a short `silentAfter`, so that whoever watches need not wait. */
  serveReceipts: () =>
    serve("receipts", {
      devices: postgresDeviceStore(pool),
      receipts: createReceipts({ secret: randomBytes(32).toString("base64url"), silentAfter: 3_000 }),
    }),
});
