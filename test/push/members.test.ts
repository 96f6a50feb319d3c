import { createPushRoutes, createPushService, memoryDeviceStore } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

test("a client and a service show whom they tell and what time they have", () => {
  const { apns, push, mock } = createWorld();
  expect(apns.clock).toBe(mock.clock);
  expect(push.clock).toBe(mock.clock);
  expect(push.onEvent).toBe(apns.onEvent);
});

test("a service's own listener and clock come before the client's", () => {
  const { apns, mock } = createWorld();
  const heard: string[] = [];
  const push = createPushService({ apns, devices: memoryDeviceStore(), onEvent: ({ type }) => heard.push(type) });
  expect(push.onEvent).not.toBe(apns.onEvent);
  expect(push.clock).toBe(mock.clock);
});

test("a copy of a service with something of its own keeps the listener, and so do the routes on it", async () => {
  const { push, eventsOf } = createWorld();
  const counted: unknown[] = [];
  const copy = {
    ...push,
    async sendCall(call: Parameters<typeof push.sendCall>[0]) {
      counted.push(call.toUserId);
      return push.sendCall(call);
    },
  };
  const routes = createPushRoutes({ push: copy, authenticate: async () => ({ userId: 10 }), adminToken: "admin-1" });
  const headers = { "x-admin-token": "admin-1", "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(CALL) };
  await routes.fetch(new Request("http://api.test/api/internal/push/call", request));
  expect(counted).toEqual([10]);
  expect(eventsOf("http.answered")).toMatchObject([{ status: 404 }]);
});

test("a client that is copied sends, and its service tells the same listener", async () => {
  const { apns, mock, eventsOf } = createWorld();
  const devices = memoryDeviceStore();
  const phone = mock.device();
  await devices.save(phone.device());
  const push = createPushService({ apns: { ...apns }, devices });
  await push.sendCall(CALL);
  expect(phone.calls).toHaveLength(1);
  expect(eventsOf("push.finished")).toMatchObject([{ status: "accepted" }]);
});

test("unregisterDevice removes the user's own tokens and nobody else's", async () => {
  const { push, devices, mock, register } = createWorld();
  const phone = await register(mock.device());
  await push.unregisterDevice(11, { voipDeviceToken: phone.token });
  expect(await devices.list("10", "voip")).toHaveLength(1);
  await push.unregisterDevice(10, { voipDeviceToken: phone.token });
  expect(await devices.list("10", "voip")).toEqual([]);
  await expect(push.unregisterDevice(10, {})).rejects.toMatchObject({ code: "INVALID_REGISTRATION" });
});

test("forgetUser removes all devices of a user and says how many there were", async () => {
  const { push, devices, mock, register, eventsOf } = createWorld();
  await register(mock.device());
  await register(mock.device());
  await register(mock.device({ pushType: "alert" }));
  await devices.save(mock.device().device(11));
  expect(await push.forgetUser(10)).toBe(3);
  expect(await devices.list("10", "voip")).toEqual([]);
  expect(await devices.list("10", "alert")).toEqual([]);
  expect(await devices.list("11", "voip")).toHaveLength(1);
  expect(eventsOf("push.device-unregistered")).toHaveLength(3);
  expect(await push.forgetUser("10")).toBe(0);
  await expect(push.forgetUser(" ")).rejects.toMatchObject({ code: "INVALID_REGISTRATION" });
});
