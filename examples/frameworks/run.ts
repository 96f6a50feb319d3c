/** Serves the routes with each framework in turn, registers a phone and rings it, with a mock of Apple behind. */
import { bearerAuth, createApnsClient, createPushRoutes, createPushService, memoryDeviceStore } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { SignJWT } from "jose";
import { servers } from "./servers.ts";

const secret = crypto.getRandomValues(new Uint8Array(32));
const adminToken = crypto.randomUUID();
const login = await new SignJWT({ uid: 10 }).setProtectedHeader({ alg: "HS256" }).sign(secret);
const json = { "content-type": "application/json" };

const silent: string[] = [];
for (const [name, start] of Object.entries(servers)) {
  const mock = createMockApns();
  const phone = mock.device();
  const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
  const push = createPushService({ apns, devices: memoryDeviceStore() });
  const authenticate = bearerAuth({ secret, userIdClaim: "uid" });
  const server = await start(createPushRoutes({ push, authenticate, adminToken }));

  const registered = await fetch(`${server.url}/api/v1/me/devices`, {
    method: "PUT",
    headers: { ...json, authorization: `Bearer ${login}` },
    body: JSON.stringify({ platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token }),
  });
  const called = await fetch(`${server.url}/api/internal/push/call`, {
    method: "POST",
    headers: { ...json, "x-admin-token": adminToken },
    body: JSON.stringify({ toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11" }),
  });
  await server.close();
  await apns.close();
  const [call] = phone.calls;
  console.log(
    `${name}: registered ${registered.status}, called ${called.status}, rings: ${call?.fromDisplayName ?? "no"}`,
  );
  if (call === undefined) silent.push(name);
}
const all = Object.keys(servers).length;
console.log(silent.length === 0 ? `All ${all} ring.` : `${silent.length} of ${all} do not ring: ${silent.join(", ")}`);
process.exitCode = silent.length === 0 ? 0 : 1;
