import { type DeviceStore, type IdempotencyStore, memoryDeviceStore } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

const never = () => new Promise<never>(() => {});
const down = async () => Promise.reject(new Error("connection refused\n    at secret stack"));
const throws = () => {
  throw new Error("connection refused");
};

async function worldWith(broken: Partial<DeviceStore>, idempotency?: IdempotencyStore) {
  const devices = memoryDeviceStore();
  const world = createWorld({ devices, ...(idempotency && { idempotency }) });
  const phone = await world.register(world.mock.device());
  await world.apns.warmUp();
  Object.assign(devices, broken);
  return { ...world, phone };
}

test.each([
  ["rejects", down],
  ["throws", throws],
])("a store that %s cannot say whom to ring: the call rejects, and an event says why", async (_, list) => {
  const { push, mock, eventsOf } = await worldWith({ list });
  await expect(push.sendCall(CALL)).rejects.toMatchObject({
    code: "STORE_FAILED",
    message: "the device store failed to list: connection refused",
    cause: expect.objectContaining({ message: expect.stringContaining("connection refused") }),
  });
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "list" }]);
  expect(eventsOf("push.finished")).toMatchObject([{ status: "failed", reasons: ["STORE_FAILED"] }]);
  expect(mock.pushes).toEqual([]);
});

test("a store that answers with nonsense rejects the call", async () => {
  const { push } = await worldWith({ list: async () => undefined as never });
  await expect(push.sendCall(CALL)).rejects.toMatchObject({ code: "STORE_FAILED" });
});

test("a store that hangs does not hang the call past the ring timeout", async () => {
  const { push, mock } = await worldWith({ list: never });
  const rejection = expect(push.sendCall(CALL)).rejects.toThrow(/did not answer list within 30000 ms/);
  await mock.clock.advance(30_001);
  await rejection;
});

test.each([
  ["rejects", down],
  ["throws", throws],
])("a store that %s when the environment is learned does not change the report", async (_, setEnvironment) => {
  const { push, eventsOf } = await worldWith({ setEnvironment });
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "setEnvironment" }]);
  expect(eventsOf("push.environment-learned")).toEqual([]);
});

test("a store that hangs when the environment is learned delays the report by 2 seconds at most", async () => {
  const { push, mock, eventsOf } = await worldWith({ setEnvironment: never });
  const report = push.sendCall(CALL);
  await mock.clock.advance(2100);
  expect((await report).status).toBe("accepted");
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "setEnvironment" }]);
});

test.each([
  ["rejects", down],
  ["hangs", never],
])("a store that %s when a device is removed makes the report say truly that it was not", async (_, remove) => {
  const { push, mock, phone, eventsOf } = await worldWith({ remove });
  phone.uninstall(Date.now() + 10_000);
  const report = push.sendCall(CALL);
  await mock.clock.advance(2100);
  expect(await report).toMatchObject({ status: "failed", devices: [{ removed: false }] });
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "remove" }]);
  expect(eventsOf("push.device-removed")).toEqual([]);
});

test.each([
  ["rejects", down],
  ["hangs", never],
])("an idempotency store that %s does not keep the phone from ringing", async (_, claim) => {
  const { push, mock, phone, eventsOf } = await worldWith({}, { claim, release: down });
  const report = push.sendCall(CALL, { idempotencyKey: "k" });
  await mock.clock.advance(2100);
  expect((await report).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "claim" }]);
});

test("an idempotency store that fails to release changes no report", async () => {
  const { push, mock, phone, eventsOf } = await worldWith({}, { claim: async () => true, release: down });
  mock.script(phone.token, ["TopicDisallowed"]);
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("failed");
  expect(eventsOf("push.store-failed")).toMatchObject([{ operation: "release" }]);
});

test("a listener that throws changes nothing", async () => {
  const world = createWorld({
    onEvent: () => {
      throw new Error("the log is full");
    },
  });
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  expect((await world.push.sendCall(CALL)).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
});

test("the service tells the client's listener, unless it has one of its own", async () => {
  const own: string[] = [];
  const world = createWorld({ onEvent: event => own.push(event.type) });
  await world.push.sendCall(CALL);
  expect(own).toEqual(["push.started", "push.devices-found", "push.finished"]);
  expect(world.events).toEqual([]);
});

test("events tell the story of a call in order, with no whole token in them", async () => {
  const { mock, push, register, events } = createWorld();
  const phone = await register(mock.device());
  const bad = mock.device();
  mock.script(bad.token, ["TopicDisallowed"]);
  await register(bad);
  const { devices: results } = await push.sendCall(CALL);
  const types = events.map(({ type }) => type).filter(type => type.startsWith("push."));
  expect(types).toEqual(["push.started", "push.devices-found", "push.environment-learned", "push.finished"]);
  expect(events.at(-1)).toEqual({
    type: "push.finished",
    kind: "call",
    toUserId: "10",
    callId: "11-10",
    status: "accepted",
    apnsIds: results.map(({ result }) => result.apnsId),
    reasons: ["TopicDisallowed"],
    failures: [
      {
        tokenPrefix: `${bad.token.slice(0, 12)}...`,
        environment: "production",
        outcome: "rejected",
        reason: "TopicDisallowed",
      },
    ],
  });
  // Whatever runs beside it: each result says for whom it is, and which call it belongs to.
  const ofApple = events.filter(({ type }) => type.startsWith("apns.attempt") || type === "apns.result");
  expect(ofApple.length).toBeGreaterThan(2);
  for (const event of ofApple) expect(event).toMatchObject({ toUserId: "10", callId: "11-10" });
  const told = JSON.stringify(events);
  expect(told).not.toContain(phone.token);
  expect(told).not.toContain(bad.token);
});
