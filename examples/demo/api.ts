/** The API server of `examples/express-api`, with a look into its database for the demo. */
import { randomBytes } from "node:crypto";
import { bearerAuth, createPushRoutes, createPushService, createReceipts, type PushServiceOptions } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import { apns, app, pool, url } from "../express-api/server.ts";
import { answerQuestions } from "./conversation.ts";

/** The routes once more, below a path of their own; returns where. */
function serve(name: string, options: Pick<PushServiceOptions, "devices" | "receipts">): string {
  const push = createPushService({ apns, ...options });
  const authenticate = bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
  const routes = createPushRoutes({ push, authenticate, adminToken: process.env.ADMIN_PUSH_TOKEN });
  app.use(`/${name}`, toNodeHandler(routes));
  return `${url}/${name}`;
}

answerQuestions({
  query: async (sql: string) => (await pool.query(sql)).rows,

  /** With the tokens in `users.voip_device_token`. */
  serveUsersTable: () =>
    serve("users-table", { devices: postgresUserColumnStore(pool, { tokenColumn: "voip_device_token" }) }),

  /** With receipts, and so impatient that nobody who watches has to wait. */
  serveReceipts: () =>
    serve("receipts", {
      devices: postgresDeviceStore(pool),
      receipts: createReceipts({ secret: randomBytes(32).toString("base64url"), silentAfter: 3_000 }),
    }),
});
