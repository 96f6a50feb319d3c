import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  apnsOptionsFromEnv,
  bearerAuth,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  createReceipts,
} from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { postgresDeviceStore } from "apns-voip/postgres";
import express from "express";
import { closeOnSignal, requireEnvironment } from "../environment.ts";
import { openDatabase } from "./database.ts";

requireEnvironment(
  {
    ADMIN_PUSH_TOKEN: "a long random text, the same on the signal server",
    JWT_SECRET: "the text that signs the app's logins (HS256, with the user's id in the claim uid)",
  },
  apnsOptionsFromEnv,
);
export const pool = await openDatabase(process.env.DATABASE_URL);
const app = express();
app.disable("x-powered-by");

const apns = createApnsClient({ ...apnsOptionsFromEnv(), onEvent: consoleLogger() });
const devices = postgresDeviceStore(pool);
await devices.migrate();
const receipts = process.env.RECEIPT_SECRET ? createReceipts({ secret: process.env.RECEIPT_SECRET }) : undefined;
const push = createPushService({ apns, devices, receipts });
const authenticate = bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
const routes = createPushRoutes({ push, authenticate, adminToken: process.env.ADMIN_PUSH_TOKEN });
app.use(toNodeHandler(routes));

export { apns, app };

app.get("/health", (_request, response) => {
  response.json({ ok: true, apns: apns.stats });
});

const server = app.listen(Number(process.env.PORT || 3000));
await once(server, "listening");
export const url = `http://localhost:${(server.address() as AddressInfo).port}`;
console.log(`API server listening on ${url}`);

closeOnSignal(async () => {
  // Answers what has been asked, sends what is on its way, then lets go of the database.
  await new Promise(resolve => server.close(resolve));
  await apns.close();
  await pool.end();
});
