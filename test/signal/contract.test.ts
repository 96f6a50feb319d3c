import {
  createApnsClient,
  createPushRoutes,
  createPushService,
  type Device,
  memoryDeviceStore,
  type PushServiceOptions,
  presets,
} from "apns-voip";
import { createPushApiClient } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { expect, test } from "vitest";

const adminToken = "admin-token-0123456789";
const call = { toUserId: 10, callId: "11-10", fromUserId: 11, hasVideo: true } as const;

/** The signal server's client, our own routes, and the mock of Apple behind them. */
async function world(options: Pick<PushServiceOptions, "payload"> = {}) {
  const mock = createMockApns();
  const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch });
  const devices = memoryDeviceStore();
  const push = createPushService({ apns, devices, ...options });
  const routes = createPushRoutes({ push, authenticate: async () => null, adminToken });
  const api = (token = adminToken) =>
    createPushApiClient({
      apiUrl: "http://api.example:3000",
      adminToken: token,
      fetch: (url, init) => routes.fetch(new Request(url, init)),
    });
  const phone = async (userId: string, pushType: Device["pushType"] = "voip", deviceId?: string) => {
    const device = mock.device({ pushType });
    await devices.save({ ...device.device(userId), deviceId });
    return device;
  };
  return { mock, api, phone };
}

test("a call that rings is accepted", async () => {
  const { api, phone } = await world();
  const device = await phone("10");
  await expect(api().sendCall(call)).resolves.toStrictEqual({ status: "accepted", httpStatus: 200 });
  expect(device.calls).toMatchObject([{ callId: "11-10", fromUserId: 11, hasVideo: true }]);
});

test("phones that have the call already are named to the API, and it pushes the others", async () => {
  const { api, phone } = await world();
  const [connected, killed] = [await phone("10", "voip", "phone-1"), await phone("10", "voip", "phone-2")];
  await expect(api().sendCall(call, { exceptDeviceIds: ["phone-1"] })).resolves.toMatchObject({ status: "accepted" });
  expect([connected.calls.length, killed.calls.length]).toEqual([0, 1]);
  const all = { exceptDeviceIds: ["phone-1", "phone-2"] };
  await expect(api().sendCall(call, all)).resolves.toMatchObject({ status: "no-devices", httpStatus: 404 });
});

test("a message is accepted", async () => {
  const { api, phone, mock } = await world();
  await phone("10", "alert");
  const message = { toUserId: 10, title: "User 11", body: "Hello", fromUserId: 11 };
  await expect(api().sendMessage(message)).resolves.toStrictEqual({ status: "accepted", httpStatus: 200 });
  expect(mock.pushes).toMatchObject([{ payload: { type: "chat.message", fromUserId: "11" } }]);
});

test("a missed call is told as what it is", async () => {
  const { api, phone, mock } = await world();
  await phone("10", "alert");
  const expiration = new Date(Date.now() + 3_600_000);
  const missed = {
    toUserId: 10,
    title: "Missed call",
    body: "Ann",
    type: "call.missed",
    collapseId: "11-10",
    expiration,
  };
  await expect(api().sendMessage(missed)).resolves.toMatchObject({ status: "accepted" });
  expect(mock.pushes[0]).toMatchObject({ payload: { type: "call.missed" }, headers: { "apns-collapse-id": "11-10" } });
  expect(mock.pushes[0]!.headers["apns-expiration"]).toBe(String(Math.floor(expiration.getTime() / 1_000)));
});

test("a repeat with the same key is a duplicate and rings nobody", async () => {
  const { api, phone } = await world();
  const device = await phone("10");
  await api().sendCall(call, { idempotencyKey: "ring-1" });
  await expect(api().sendCall(call, { idempotencyKey: "ring-1" })).resolves.toMatchObject({ status: "duplicate" });
  expect(device.calls).toHaveLength(1);
});

test("a user without phones has no devices, for calls and for messages", async () => {
  const { api } = await world();
  await expect(api().sendCall(call)).resolves.toMatchObject({ status: "no-devices", httpStatus: 404 });
  await expect(api().sendMessage({ toUserId: 10, title: "t", body: "b" })).resolves.toMatchObject({
    status: "no-devices",
    httpStatus: 404,
  });
});

test("a wrong admin token is 401, in the words that operators search for", async () => {
  const { api } = await world();
  await expect(api("another-token").sendCall(call)).resolves.toStrictEqual({
    status: "failed",
    httpStatus: 401,
    message: "Request failed with status code 401",
  });
});

test("a call that does not fit says which field is wrong", async () => {
  const { api } = await world();
  const { status, httpStatus, message } = await api().sendCall({ ...call, callId: "", fromUserId: -1 });
  expect({ status, httpStatus }).toEqual({ status: "failed", httpStatus: 400 });
  expect(message).toMatch(/^Request failed with status code 400: callId must be .*; fromUserId must be /);
});

test("Apple's refusal comes back with its reason", async () => {
  const { api, phone, mock } = await world();
  const device = await phone("10");
  mock.script(device.token, [{ status: 400, reason: "TopicDisallowed" }]);
  await expect(api().sendCall(call)).resolves.toStrictEqual({
    status: "failed",
    httpStatus: 500,
    message: "Request failed with status code 500: TopicDisallowed",
    reasons: ["TopicDisallowed"],
  });
});

test("with a preset all phones of a user get one UUID, and the next call another", async () => {
  const { api, phone, mock } = await world({ payload: presets.portable });
  await phone("10");
  await phone("10");
  await api().sendCall(call);
  await api().sendCall(call);
  const uuids = mock.pushes.map(({ payload }) => (payload as { uuid: string }).uuid);
  expect(uuids).toHaveLength(4);
  expect(uuids[0]).toBe(uuids[1]);
  expect(uuids[2]).toBe(uuids[3]);
  expect(uuids[0]).not.toBe(uuids[2]);
});
