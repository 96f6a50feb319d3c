import { createPushService, memoryDeviceStore } from "apns-voip";
import { postgresDeviceStore } from "apns-voip/postgres";
import { createMockApns } from "apns-voip/testing";
import { expect, test } from "vitest";
import { CALL, createWorld } from "../push/world.js";

test("a failure of a store of ours is told once, not wrapped in another of the same code", async () => {
  const pool = { query: () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:5432")) };
  const { push, eventsOf } = createWorld({ devices: postgresDeviceStore(pool) });
  const error = await push.sendCall(CALL).catch(error => error);
  expect(error).toMatchObject({
    code: "STORE_FAILED",
    message: "postgresDeviceStore: list failed: connect ECONNREFUSED 127.0.0.1:5432",
    cause: { message: "connect ECONNREFUSED 127.0.0.1:5432" },
  });
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "list", error: { message: error.message } }]);
});

test("a failure of a store of the user's own names the store and the operation", async () => {
  const devices = { ...memoryDeviceStore(), list: () => Promise.reject(new Error("no route to host")) };
  const { push } = createWorld({ devices });
  await expect(push.sendCall(CALL)).rejects.toMatchObject({
    code: "STORE_FAILED",
    message: "the device store failed to list: no route to host",
  });
});

test("a store that never answers is not waited for beyond the ring timeout, and an abort not even so long", async () => {
  const mock = createMockApns();
  const devices = { ...memoryDeviceStore(), list: () => new Promise<never>(() => {}) };
  const { apns } = createWorld();
  const push = createPushService({ apns, devices, clock: mock.clock, ringTimeout: 3_000 });
  const late = push.sendCall(CALL).catch(error => error);
  const controller = new AbortController();
  const stopped = push.sendCall({ ...CALL, callId: "2" }, { signal: controller.signal }).catch(error => error);
  controller.abort(new Error("hung up"));
  expect(await stopped).toMatchObject({ message: "hung up" });
  await mock.clock.advance(3_000);
  expect(await late).toMatchObject({
    code: "STORE_FAILED",
    message: "the device store did not answer list within 3000 ms",
  });
});
