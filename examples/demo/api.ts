/** The API server of `examples/express-api`, with a look into its database for the demo. */
import { bearerAuth, createPushRoutes, createPushService } from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { postgresUserColumnStore } from "apns-voip/postgres";
import { apns, app, pool, url } from "../express-api/server.ts";
import { answerQuestions } from "./conversation.ts";

answerQuestions({
  query: async (sql: string) => (await pool.query(sql)).rows,

  /** The same routes below a path of their own, with the tokens in `users.voip_device_token`; resolves with where. */
  serveUsersTable() {
    const devices = postgresUserColumnStore(pool, { tokenColumn: "voip_device_token" });
    const push = createPushService({ apns, devices });
    const authenticate = bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
    const routes = createPushRoutes({ push, authenticate, adminToken: process.env.ADMIN_PUSH_TOKEN });
    app.use("/users-table", toNodeHandler(routes));
    return `${url}/users-table`;
  },
});
