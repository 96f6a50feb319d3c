import {
  apnsOptionsFromEnv,
  bearerAuth,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  memoryDeviceStore,
} from "apns-voip";

export const apns = createApnsClient({ ...apnsOptionsFromEnv(), onEvent: consoleLogger() });
// In production: postgresDeviceStore(pool), or another store that lasts.
const push = createPushService({ apns, devices: memoryDeviceStore() });
export const routes = createPushRoutes({
  push,
  authenticate: bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" }),
  adminToken: process.env.ADMIN_PUSH_TOKEN,
});
