/* The server of a reader's end-to-end test: says where it listens once it does. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  apnsOptionsFromEnv,
  createApnsClient,
  createPushRoutes,
  createPushService,
  memoryDeviceStore,
} from "apns-voip";
import { toNodeHandler } from "apns-voip/node";

const push = createPushService({ apns: createApnsClient(apnsOptionsFromEnv()), devices: memoryDeviceStore() });
const routes = createPushRoutes({
  push,
  authenticate: async () => ({ userId: 10 }),
  adminToken: process.env.ADMIN_PUSH_TOKEN,
});
const server = createServer(toNodeHandler(routes)).listen(Number(process.env.PORT), "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
