import { type IdempotencyStore, memoryDeviceStore, memoryIdempotencyStore } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld, type Options } from "./world.js";

async function rungWorld(options: Options = {}) {
  const world = createWorld(options);
  const phone = await world.register(world.mock.device());
  await world.apns.warmUp();
  return { ...world, phone };
}

test("two identical calls under way at once share one report and ring once", async () => {
  const { push, mock } = await rungWorld();
  const [a, b] = await Promise.all([push.sendCall(CALL), push.sendCall({ ...CALL })]);
  expect(a).toBe(b);
  expect(mock.pushes).toHaveLength(1);
});

test("calls that differ in the order of their keys are identical; any other difference makes two calls", async () => {
  const { push, mock } = await rungWorld();
  const { toUserId, callId, fromUserId } = CALL;
  await Promise.all([
    push.sendCall(CALL),
    push.sendCall({ fromUserId, callId, toUserId }),
    push.sendCall({ ...CALL, hasVideo: true }),
  ]);
  expect(mock.pushes).toHaveLength(2);
});

test.each([
  ["a text", { ...CALL }, (call: { fromDisplayName?: string }) => (call.fromDisplayName = "Bob")],
  ["what is inside a value", { ...CALL, own: { n: 1 } }, (call: { own: { n: number } }) => (call.own.n = 2)],
])("a caller who changes %s of its object and asks again asks for another call", async (_what, call, change) => {
  const { push, mock } = await rungWorld();
  const first = push.sendCall(call);
  change(call as never);
  await Promise.all([first, push.sendCall(call)]);
  expect(mock.pushes).toHaveLength(2);
});

test("a call that cannot be copied is never taken for a repeat, and rings each time", async () => {
  const { push, mock } = await rungWorld();
  const call = { ...CALL, own: { now: () => 1 } };
  await Promise.all([push.sendCall(call), push.sendCall(call)]);
  expect(mock.pushes).toHaveLength(2);
});

test("the same call id again, after the first has its report, rings again", async () => {
  const { push, phone } = await rungWorld();
  await push.sendCall(CALL);
  phone.end();
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect(phone.calls).toHaveLength(2);
});

test("a repeat with the same idempotency key within the ring timeout is a duplicate and sends nothing", async () => {
  const { push, mock, eventsOf } = await rungWorld();
  await push.sendCall(CALL, { idempotencyKey: "k" });
  expect(await push.sendCall(CALL, { idempotencyKey: "k" })).toEqual({ status: "duplicate", devices: [] });
  expect(await push.sendCall({ ...CALL, callId: "other" }, { idempotencyKey: "k" })).toMatchObject({
    status: "duplicate",
  });
  expect(mock.pushes).toHaveLength(1);
  expect(eventsOf("push.finished").map(({ status }) => status)).toEqual(["accepted", "duplicate", "duplicate"]);
});

test("after the ring timeout the key is free again", async () => {
  const { push, mock, phone } = await rungWorld({ ringTimeout: 5000 });
  await push.sendCall(CALL, { idempotencyKey: "k" });
  phone.end();
  await mock.clock.advance(5001);
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
  expect(phone.calls).toHaveLength(2);
});

test("a repeat while the first is under way gets the first one's report", async () => {
  const { push, mock } = await rungWorld();
  const [a, b] = await Promise.all([
    push.sendCall(CALL, { idempotencyKey: "k" }),
    push.sendCall(CALL, { idempotencyKey: "k" }),
  ]);
  expect(a.status).toBe("accepted");
  expect(b).toBe(a);
  expect(mock.pushes).toHaveLength(1);
});

test("identical calls with keys of their own ring once, and both keys are used up", async () => {
  const { push, mock } = await rungWorld();
  const reports = await Promise.all([
    push.sendCall(CALL, { idempotencyKey: "a" }),
    push.sendCall(CALL, { idempotencyKey: "b" }),
  ]);
  expect(reports.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
  expect((await push.sendCall(CALL, { idempotencyKey: "a" })).status).toBe("duplicate");
  expect((await push.sendCall(CALL, { idempotencyKey: "b" })).status).toBe("duplicate");
  expect(mock.pushes).toHaveLength(1);
});

test("one key serves for the call, for the message about it, and for another user", async () => {
  const { push, mock, register } = await rungWorld();
  await register(mock.device({ userId: 12 }));
  await register(mock.device({ pushType: "alert" }));
  const options = { idempotencyKey: "k" };
  expect((await push.sendCall(CALL, options)).status).toBe("accepted");
  expect((await push.sendCall({ ...CALL, toUserId: 12 }, options)).status).toBe("accepted");
  expect((await push.sendMessage({ toUserId: 10, title: "Ann", body: "Hi" }, options)).status).toBe("accepted");
});

test("a key whose push was refused can ring on a retry", async () => {
  const { push, mock, phone } = await rungWorld();
  mock.script(phone.token, ["TopicDisallowed"]);
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("failed");
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
});

test("a key whose user had no device can ring on a retry", async () => {
  const { push, mock, register } = createWorld();
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("no-devices");
  await register(mock.device());
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
});

test("a key whose store failed can ring on a retry", async () => {
  const devices = memoryDeviceStore();
  const list = devices.list;
  devices.list = async () => Promise.reject(new Error("down"));
  const { push } = await rungWorld({ devices });
  await expect(push.sendCall(CALL, { idempotencyKey: "k" })).rejects.toMatchObject({ code: "STORE_FAILED" });
  devices.list = list;
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
});

test("a key whose payload was too large can ring on a retry", async () => {
  const { push } = await rungWorld();
  const tooLarge = { ...CALL, fromDisplayName: "x".repeat(6000) };
  await expect(push.sendCall(tooLarge, { idempotencyKey: "k" })).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
});

test("a key whose push may have rung never rings again", async () => {
  const { push, mock, phone } = await rungWorld({ onUnknown: "report" });
  mock.script(phone.token, [{ fault: "reset-after" }]);
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("unknown");
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("duplicate");
  expect(mock.pushes).toHaveLength(1);
});

test("a key whose push was refused by one phone and unknown for the other never rings again", async () => {
  const { push, mock, phone, register } = await rungWorld({ onUnknown: "report" });
  const other = await register(mock.device());
  mock.script(phone.token, [{ fault: "reset-after" }]);
  mock.script(other.token, ["TopicDisallowed"]);
  await push.sendCall(CALL, { idempotencyKey: "k" });
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("duplicate");
});

test("one store makes two processes ring once", async () => {
  const idempotency = memoryIdempotencyStore();
  const a = await rungWorld({ idempotency });
  const b = await rungWorld({ idempotency });
  expect((await a.push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
  expect((await b.push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("duplicate");
});

test("a key is claimed for the ring timeout", async () => {
  const claims: number[] = [];
  const idempotency: IdempotencyStore = {
    claim: async (_key, ttlMs) => claims.push(ttlMs) > 0,
    release: async () => {},
  };
  const { push } = await rungWorld({ idempotency, ringTimeout: 7000 });
  await push.sendCall(CALL, { idempotencyKey: "k" });
  expect(claims).toEqual([7000]);
});

test("one of two callers hangs up: the other still gets the report", async () => {
  const { push, mock, phone } = await rungWorld();
  mock.script(phone.token, [{ delay: 1000 }]);
  const abort = new AbortController();
  const first = push.sendCall(CALL, { signal: abort.signal });
  const second = push.sendCall(CALL);
  const rejection = expect(first).rejects.toThrow("hung up");
  await mock.clock.advance(100);
  abort.abort(new Error("hung up"));
  await rejection;
  await mock.clock.advance(1000);
  expect((await second).status).toBe("accepted");
  expect(mock.pushes).toHaveLength(1);
});

test("all callers hang up: the same call a moment later is a new one", async () => {
  const { push, mock, phone } = await rungWorld();
  mock.script(phone.token, [{ fault: "silence" }]);
  const abort = new AbortController();
  const calls = [push.sendCall(CALL, { signal: abort.signal }), push.sendCall(CALL, { signal: abort.signal })];
  const rejections = Promise.all(calls.map(call => expect(call).rejects.toThrow("hung up")));
  await mock.clock.advance(100);
  abort.abort(new Error("hung up"));
  await rejections;
  expect((await push.sendCall(CALL)).status).toBe("accepted");
});

test("a caller who hangs up before anything left has used up no key", async () => {
  const devices = memoryDeviceStore();
  const list = devices.list;
  let answer = () => {};
  devices.list = (...args) => new Promise(resolve => (answer = () => resolve(list(...args))));
  const { push, mock } = await rungWorld({ devices });
  const abort = new AbortController();
  const call = push.sendCall(CALL, { idempotencyKey: "k", signal: abort.signal });
  const rejection = expect(call).rejects.toThrow("hung up");
  await mock.clock.advance(100);
  abort.abort(new Error("hung up"));
  await rejection;
  answer();
  devices.list = list;
  await mock.clock.advance(100);
  expect(mock.pushes).toEqual([]);
  expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("accepted");
});

test("identical messages at once are one, too", async () => {
  const { push, mock, register } = createWorld();
  await register(mock.device({ pushType: "alert" }));
  const message = { toUserId: 10, title: "Ann", body: "Hi" };
  await Promise.all([push.sendMessage(message), push.sendMessage(message)]);
  expect(mock.pushes).toHaveLength(1);
});
