import {
  createApnsClient,
  createPushService,
  type IdempotencyStore,
  isApnsVoipError,
  memoryIdempotencyStore,
  type PushServiceOptions,
} from "apns-voip";
import { describe, expect, test } from "vitest";
import { gatedClient } from "./gate.js";
import { CALL, createWorld } from "./world.js";

const k = { idempotencyKey: "k" };
const CANCELLED = { status: "cancelled", devices: [] };

/** User 10 with one phone, and a service whose pushes wait until the gate is opened. */
async function gatedWorld(options: Partial<PushServiceOptions> = {}) {
  const { mock, devices, register } = createWorld();
  const phone = await register(mock.device());
  const { apns, open } = gatedClient(mock);
  const push = createPushService({ apns, devices, ...options });
  return { mock, devices, register, phone, push, open };
}

test("what has not left does not leave, and the call's report says so", async () => {
  const { mock, push, open } = await gatedWorld();
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(100);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
  expect(await call).toEqual(CANCELLED);
  open();
  await mock.clock.advance(5_000);
  expect(mock.pushes).toEqual([]);
});

test("a call can be cancelled from the moment that it is made", async () => {
  const { mock, push, open } = await gatedWorld();
  const call = push.sendCall(CALL, k);
  expect(await push.cancelCall("10", "k")).toEqual({ cancelled: true });
  open();
  expect(await call).toEqual(CANCELLED);
  expect(mock.pushes).toEqual([]);
});

test("what has left goes on, and the cancel says that it came too late", async () => {
  const { mock, push, phone, open } = await gatedWorld();
  open();
  mock.script(phone.token, [{ delay: 500 }]);
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(200);
  const cancel = push.cancelCall(10, "k");
  await mock.clock.advance(600);
  expect(await cancel).toEqual({ cancelled: false });
  expect((await call).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
});

test("what is being tried again after a refusal is not tried any more", async () => {
  const { mock, push, phone, open } = await gatedWorld();
  open();
  mock.script(phone.token, [{ status: 503, retryAfter: 5 }]);
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(1_000);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
  expect(await call).toEqual(CANCELLED);
  await mock.clock.advance(10_000);
  expect(mock.pushes).toHaveLength(1);
});

test("a phone that rings keeps the call from being called cancelled, though the other was stopped", async () => {
  const { mock, push, phone, register, open } = await gatedWorld();
  open();
  const other = await register(mock.device());
  mock.script(other.token, [{ status: 503, retryAfter: 5 }]);
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(1_000);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: false });
  const outcomes = (await call).devices.map(({ device, result }) => [device.token, result.outcome]);
  expect(new Map(outcomes as [])).toEqual(
    new Map([
      [phone.token, "accepted"],
      [other.token, "unsent"],
    ]),
  );
});

describe("a cancel that comes before its call", () => {
  test("is false, and makes that call cancelled, for as long as a ring lasts", async () => {
    const { mock, push, open } = await gatedWorld({ ringTimeout: 20_000 });
    open();
    expect(await push.cancelCall(10, "k")).toEqual({ cancelled: false });
    await mock.clock.advance(19_000);
    expect(await push.sendCall(CALL, k)).toEqual(CANCELLED);
    expect((await push.sendCall({ ...CALL, toUserId: 12 }, k)).status).toBe("no-devices");
    expect(mock.pushes).toEqual([]);
    await mock.clock.advance(1_001);
    expect((await push.sendCall(CALL, k)).status).toBe("accepted");
  });

  test("is false and cancels it also where the store of keys has no cancel of its own", async () => {
    const { claim, release } = memoryIdempotencyStore();
    const { mock, push, open } = await gatedWorld({ idempotency: { claim, release } });
    open();
    expect(await push.cancelCall(10, "k")).toEqual({ cancelled: false });
    expect(await push.sendCall(CALL, k)).toEqual(CANCELLED);
    const call = push.sendCall(CALL, { idempotencyKey: "other" });
    await call;
    expect(await push.cancelCall(10, "other")).toEqual({ cancelled: false });
    expect(mock.pushes).toHaveLength(1);
  });

  test("ends no other request that would have shared its report", async () => {
    const { mock, push, phone, open } = await gatedWorld();
    await push.cancelCall(10, "k");
    const calls = [push.sendCall(CALL, k), push.sendCall(CALL, { idempotencyKey: "other" }), push.sendCall(CALL)];
    await mock.clock.advance(100);
    open();
    const [own, ...others] = await Promise.all(calls);
    expect(own).toEqual(CANCELLED);
    expect(others.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
    expect(phone.calls).toHaveLength(1);
  });
});

test("a cancelled key stays cancelled: the retry that is still on its way rings nobody", async () => {
  const { mock, push, open } = await gatedWorld();
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(100);
  await push.cancelCall(10, "k");
  await call;
  open();
  expect(await push.sendCall({ ...CALL, hasVideo: true }, k)).toEqual(CANCELLED);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
  expect(mock.pushes).toEqual([]);
});

test("a key whose push is out stays a duplicate after a cancel", async () => {
  const { push, open } = await gatedWorld();
  open();
  await push.sendCall(CALL, k);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: false });
  expect((await push.sendCall(CALL, k)).status).toBe("duplicate");
});

describe("of several requests that share a report, a cancel ends", () => {
  test.each([
    ["the first", "a", ["cancelled", "accepted", "accepted"]],
    ["the second", "b", ["accepted", "cancelled", "accepted"]],
  ])("only its own: %s", async (_which, key, statuses) => {
    const { mock, push, phone, open } = await gatedWorld();
    const calls = [
      push.sendCall(CALL, { idempotencyKey: "a" }),
      push.sendCall(CALL, { idempotencyKey: "b" }),
      push.sendCall(CALL),
    ];
    await mock.clock.advance(100);
    expect(await push.cancelCall(10, key)).toEqual({ cancelled: true });
    open();
    const reports = await Promise.all(calls);
    expect(reports.map(({ status }) => status)).toEqual(statuses);
    expect(phone.calls).toHaveLength(1);
  });

  test("all of them, when each is cancelled", async () => {
    const { mock, push, open } = await gatedWorld();
    const calls = ["a", "b"].map(idempotencyKey => push.sendCall(CALL, { idempotencyKey }));
    await mock.clock.advance(100);
    expect(await push.cancelCall(10, "b")).toEqual({ cancelled: true });
    expect(await push.cancelCall(10, "a")).toEqual({ cancelled: true });
    open();
    expect(await Promise.all(calls)).toEqual([CANCELLED, CANCELLED]);
    await mock.clock.advance(1_000);
    expect(mock.pushes).toEqual([]);
  });

  test("none, once it has left for the others", async () => {
    const { mock, push, phone, open } = await gatedWorld();
    open();
    mock.script(phone.token, [{ delay: 500 }]);
    const calls = ["a", "b"].map(idempotencyKey => push.sendCall(CALL, { idempotencyKey }));
    await mock.clock.advance(200);
    const cancel = push.cancelCall(10, "b");
    await mock.clock.advance(1_500);
    expect(await cancel).toEqual({ cancelled: false });
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(["accepted", "accepted"]);
  });

  test("both of one key", async () => {
    const { mock, push } = await gatedWorld();
    const calls = [push.sendCall(CALL, k), push.sendCall(CALL, k)];
    await mock.clock.advance(100);
    expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
    expect(await Promise.all(calls)).toEqual([CANCELLED, CANCELLED]);
  });
});

test("a caller's own abort still rejects with its reason, beside one that is cancelled", async () => {
  const { mock, push } = await gatedWorld();
  const abort = new AbortController();
  const aborted = push.sendCall(CALL, { ...k, signal: abort.signal });
  const other = push.sendCall(CALL, k);
  await mock.clock.advance(100);
  abort.abort(new Error("hung up"));
  await expect(aborted).rejects.toThrow("hung up");
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
  expect(await other).toEqual(CANCELLED);
});

describe("a call in another process", () => {
  /** Two services with one store of devices and one of keys; what the first sends waits for its gate. */
  async function twoProcesses(idempotency: IdempotencyStore = memoryIdempotencyStore()) {
    const { mock, devices, phone, push: first, open } = await gatedWorld({ idempotency });
    const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch, clock: mock.clock });
    const second = createPushService({ apns, devices, idempotency });
    return { mock, phone, first, second, open };
  }

  test("that waits is stopped within the lease of its key, and the cancel is true", async () => {
    const { mock, first, second, open } = await twoProcesses();
    const call = first.sendCall(CALL, k);
    await mock.clock.advance(50);
    const cancel = second.cancelCall(10, "k");
    await mock.clock.advance(1_000);
    expect(await cancel).toEqual({ cancelled: true });
    expect(await call).toEqual(CANCELLED);
    open();
    await mock.clock.advance(1_000);
    expect(mock.pushes).toEqual([]);
    expect(await second.sendCall(CALL, k)).toEqual(CANCELLED);
  });

  test("that has left goes on, and the cancel waits no longer than a second to learn that", async () => {
    const { mock, phone, first, second, open } = await twoProcesses();
    open();
    mock.script(phone.token, [{ delay: 4_000 }]);
    const call = first.sendCall(CALL, k);
    await mock.clock.advance(500);
    const cancel = second.cancelCall(10, "k");
    await mock.clock.advance(1_200);
    expect(await cancel).toEqual({ cancelled: false });
    await mock.clock.advance(4_000);
    expect((await call).status).toBe("accepted");
    expect(await second.cancelCall(10, "k")).toEqual({ cancelled: false });
    expect((await second.sendCall(CALL, k)).status).toBe("duplicate");
  });

  test("ends as cancelled where the cancel came first", async () => {
    const { mock, first, second, open } = await twoProcesses();
    open();
    expect(await second.cancelCall(10, "k")).toEqual({ cancelled: false });
    expect(await first.sendCall(CALL, k)).toEqual(CANCELLED);
    expect(mock.pushes).toEqual([]);
  });
});

test("a process cancels its own calls that wait also while the store of keys is down", async () => {
  const down = () => Promise.reject(new Error("down"));
  const { mock, push, open } = await gatedWorld({ idempotency: { claim: down, release: down, cancel: down } });
  const call = push.sendCall(CALL, k);
  await mock.clock.advance(100);
  expect(await push.cancelCall(10, "k")).toEqual({ cancelled: true });
  open();
  expect(await call).toEqual(CANCELLED);
  expect(await push.cancelCall(10, "never seen")).toEqual({ cancelled: false });
});

test.each([
  [undefined, "k", ["toUserId"]],
  [10, "", ["idempotencyKey"]],
  [{}, 7, ["toUserId", "idempotencyKey"]],
])("cancelling %j with key %j is refused", async (toUserId, key, paths) => {
  const { push } = createWorld();
  const error = await push.cancelCall(toUserId as never, key as never).catch(error => error);
  expect(isApnsVoipError(error) && error.code).toBe("INVALID_CALL");
  expect(error.issues.map(({ path }: { path: string }) => path)).toEqual(paths);
});

test("a caller with a shorter ring timeout gets the report sooner, and one with a longer timeout no later", async () => {
  const { mock, push } = await gatedWorld({ ringTimeout: 10_000 });
  const calls = [1_000, 60_000].map(ringTimeout => push.sendCall({ ...CALL, room: `${ringTimeout}` }, { ringTimeout }));
  await mock.clock.advance(1_001);
  expect(await calls[0]).toMatchObject({ status: "failed", devices: [{ result: { outcome: "unsent" } }] });
  await mock.clock.advance(9_000);
  expect(await calls[1]).toMatchObject({ status: "failed" });
});
