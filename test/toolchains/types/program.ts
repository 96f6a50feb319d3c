/** Uses every sub-path as a TypeScript project does, and rings a phone: it prints the names that the phone showed. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ApnsVoipError,
  type ApnsVoipEvent,
  apnsOptionsFromEnv,
  bearerAuth,
  type CallRequest,
  callPayloadSchemaWith,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  type DeviceStore,
  explainReason,
  isApnsVoipError,
  memoryDeviceStore,
  memoryIdempotencyStore,
} from "apns-voip";
import { createApnsClient as createClientAlone } from "apns-voip/apns";
import { diagnose, STEPS } from "apns-voip/doctor";
import { toFastifyPlugin } from "apns-voip/fastify";
import { toNodeHandler } from "apns-voip/node";
import { callPayloadSchema, parseCallPayload, presets } from "apns-voip/payload";
import { type PostgresClient, postgresDeviceStore } from "apns-voip/postgres";
import { type NodeRedisClient, redisDeviceStore, redisIdempotencyStore } from "apns-voip/redis";
import { createCalls, createPushApiClient, sdpHasVideo } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import * as z from "zod";

const mock = createMockApns();
const adminToken = "an-admin-token-for-this-program-alone";
const events: ApnsVoipEvent["type"][] = [];

async function main(): Promise<void> {
  const phone = mock.device({ userId: 10 });
  const devices: DeviceStore = memoryDeviceStore();
  const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
  const push = createPushService({
    apns,
    devices,
    idempotency: memoryIdempotencyStore(),
    onEvent: event => events.push(event.type),
  });
  await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
  const authenticate = bearerAuth({ secret: new Uint8Array(32).fill(7), userIdClaim: "uid" });
  const routes = createPushRoutes({ push, authenticate, adminToken });
  const handle = toNodeHandler(routes);
  const plugin = toFastifyPlugin(routes);
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const signal = createPushApiClient({ apiUrl: `http://127.0.0.1:${port}`, adminToken, onEvent: consoleLogger() });
  const call: CallRequest = {
    toUserId: 10,
    callId: "11-10",
    fromUserId: 11,
    fromDisplayName: "User 11",
    hasVideo: true,
  };
  const { status } = await signal.sendCall(call);
  if (status !== "accepted") throw new Error(`the call was ${status}`);

  const alone = createClientAlone({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
  const payload = callPayloadSchema.parse({ ...call, callId: "12-10", fromDisplayName: "the client alone" });
  const sent = await alone.send({ deviceToken: phone.token, pushType: "voip", payload });
  if (sent.outcome !== "accepted") throw new Error(`the push was ${sent.outcome}`);

  await alone.close();
  await apns.close();
  server.close();
  server.closeAllConnections();
  useTheRest(plugin);
  console.log(phone.calls.map(({ fromDisplayName }) => fromDisplayName).join());
}

/** What needs a database or another server is called as far as it goes without one. */
function useTheRest(plugin: ReturnType<typeof toFastifyPlugin>): void {
  const database: PostgresClient = { query: () => Promise.resolve({ rows: [] }) };
  const nothing = () => Promise.resolve(null);
  const redis: NodeRedisClient = { hGetAll: nothing, hSet: nothing, hDel: nothing, eval: nothing, evalSha: nothing };
  const stores = [postgresDeviceStore(database), redisDeviceStore(redis), redisIdempotencyStore(redis)];
  const pushApi = createPushApiClient({ apiUrl: "http://127.0.0.1:9", adminToken: "an-admin-token-for-this-test" });
  const calls = createCalls({ push: pushApi, online: () => [], emit: () => {} });
  const schema = callPayloadSchemaWith({ tenant: z.string() });
  const extended = schema.parse({ callId: "1", fromUserId: 1, fromDisplayName: "A", tenant: "acme" });
  const tenant: string = extended.tenant;
  const parsed = parseCallPayload({ callId: "1", fromUserId: 1 });
  const explanation = explainReason("BadDeviceToken", { lang: "en" });
  const used = [
    stores,
    calls.size,
    tenant,
    parsed,
    explanation,
    presets,
    plugin,
    diagnose,
    STEPS,
    deviceStoreConformance(),
  ];
  if (used.some(value => value === undefined) || sdpHasVideo("m=video 0 RTP/AVP 96"))
    throw new Error("something is not there");
  try {
    apnsOptionsFromEnv({});
    throw new Error("an empty environment was taken");
  } catch (error) {
    if (!isApnsVoipError(error) || !(error instanceof ApnsVoipError)) throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
