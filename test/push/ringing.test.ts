import { ApnsVoipError, createPushService } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

test("every phone of the user rings, with the same payload", async () => {
  const { mock, push, register } = createWorld();
  const phones = [await register(mock.device()), await register(mock.device()), await register(mock.device())];

  const report = await push.sendCall(CALL);

  expect(report.status).toBe("accepted");
  expect(report.devices.map(({ result }) => result.outcome)).toEqual(["accepted", "accepted", "accepted"]);
  for (const phone of phones) {
    expect(phone.calls).toEqual([
      {
        type: "call.incoming",
        callId: "11-10",
        fromUserId: 11,
        fromDisplayName: "User 11",
        room: "p2p:11-10",
        hasVideo: false,
      },
    ]);
  }
});

test("a number and the same digits as text are one user", async () => {
  const { mock, push, register } = createWorld();
  const phone = await register(mock.device());
  await push.sendCall({ ...CALL, toUserId: "10" });
  expect(phone.calls).toHaveLength(1);
});

test("a call push goes out with priority 10 and, on the wire, expiration 0", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  await push.sendCall(CALL);
  expect(mock.pushes[0]?.headers).toMatchObject({ "apns-priority": "10", "apns-expiration": "0" });
});

test("with callExpiration a phone that is out of reach for a moment still rings", async () => {
  const { mock, push, register } = createWorld({ callExpiration: 20_000 });
  const phone = await register(mock.device());
  phone.offline = true;
  await push.sendCall(CALL);
  await mock.clock.advance(10_000);
  phone.offline = false;
  expect(phone.calls).toHaveLength(1);
});

test("only devices for calls are rung", async () => {
  const { mock, push, register } = createWorld();
  const alert = await register(mock.device({ pushType: "alert" }));
  expect((await push.sendCall(CALL)).status).toBe("no-devices");
  expect(alert.received).toEqual([]);
});

test("nobody else's phone rings", async () => {
  const { mock, push, register } = createWorld();
  const other = await register(mock.device({ userId: 12 }));
  expect(await push.sendCall(CALL)).toEqual({ status: "no-devices", devices: [] });
  expect(other.received).toEqual([]);
});

test("two builds of the app both ring, each by the topic of its own bundle id", async () => {
  const { mock, push, register } = createWorld();
  const release = await register(mock.device());
  const development = await register(mock.device({ bundleId: "com.example.app.dev" }));
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect([release.calls.length, development.calls.length]).toEqual([1, 1]);
  expect(mock.pushes.map(({ headers }) => headers["apns-topic"]).sort()).toEqual([
    "com.example.app.dev.voip",
    "com.example.app.voip",
  ]);
});

test("a device without a bundle id is rung as the client's default app", async () => {
  const { mock, push, devices } = createWorld();
  const phone = mock.device();
  await devices.save({ ...phone.device(), bundleId: undefined });
  await push.sendCall(CALL);
  expect(phone.calls).toHaveLength(1);
});

test("a bundle id that was stored with .voip behind it gets it once", async () => {
  const { mock, push, devices } = createWorld();
  const phone = mock.device();
  await devices.save({ ...phone.device(), bundleId: "com.example.app.voip" });
  await push.sendCall(CALL);
  expect(phone.calls).toHaveLength(1);
});

test("one phone that Apple refuses does not keep the others from ringing", async () => {
  const { mock, push, register } = createWorld();
  const gone = await register(mock.device());
  gone.uninstall(0);
  const good = await register(mock.device());
  const report = await push.sendCall(CALL);
  expect(report.status).toBe("accepted");
  expect(good.calls).toHaveLength(1);
});

test("a stored token that is malformed is that device's unsent, and the others ring", async () => {
  const { mock, push, devices, register } = createWorld();
  const good = await register(mock.device());
  await devices.save({ ...mock.device().device(), token: "not hex at all" });

  const report = await push.sendCall(CALL);

  expect(report.status).toBe("accepted");
  expect(good.calls).toHaveLength(1);
  const bad = report.devices.find(({ device }) => device.token === "not hex at all");
  expect(bad?.result).toMatchObject({ outcome: "unsent", error: { code: "INVALID_DEVICE_TOKEN" }, attempts: 0 });
  expect(bad?.removed).toBe(false);
});

test("a device of an environment that this server may not talk to is unsent, and says so", async () => {
  const { mock, push, devices } = createWorld({ apns: { environments: ["production"] } });
  await devices.save({ ...mock.device({ environment: "sandbox" }).device(), environment: "sandbox" });
  const { status, devices: rows } = await push.sendCall(CALL);
  expect(status).toBe("failed");
  expect(rows[0]?.result).toMatchObject({ outcome: "unsent", error: { message: expect.stringContaining("sandbox") } });
  expect(mock.pushes).toEqual([]);
});

test("refused by Apple for every phone is failed", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  mock.script("*", ["TopicDisallowed"]);
  const report = await push.sendCall(CALL);
  expect(report.status).toBe("failed");
  expect(report.devices[0]?.result).toMatchObject({ outcome: "rejected", reason: "TopicDisallowed" });
});

test("no answer, also to the push sent once more, is unknown", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  mock.script("*", [{ fault: "silence" }, { fault: "silence" }]);
  const report = push.sendCall(CALL);
  await mock.clock.advance(10_000);
  expect((await report).status).toBe("unknown");
});

test("a call whose answer was lost is sent once more, with the same apns-id", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  mock.script("*", [{ fault: "cut-after" }]);
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  const ids = mock.pushes.map(({ headers }) => headers["apns-id"]);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});

test('with onUnknown "report" a call whose answer was lost is not sent again', async () => {
  const { mock, push, register } = createWorld({ onUnknown: "report" });
  await register(mock.device());
  mock.script("*", [{ fault: "cut-after" }]);
  expect((await push.sendCall(CALL)).status).toBe("unknown");
  expect(mock.pushes).toHaveLength(1);
});

test("one accepted and one unknown is accepted; one unknown and one refused is unknown", async () => {
  const { mock, push, register } = createWorld({ onUnknown: "report" });
  const [a, b] = [await register(mock.device()), await register(mock.device())];
  mock.script(a.token, [{ fault: "reset-before" }, { fault: "reset-before" }]);
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  mock.script(b.token, ["TopicDisallowed"]);
  expect((await push.sendCall(CALL)).status).toBe("unknown");
});

test("no attempt starts after the ring timeout", async () => {
  const { mock, apns, push, register } = createWorld({ ringTimeout: 3000 });
  await register(mock.device());
  await apns.warmUp();
  mock.script("*", [{ status: 503, retryAfter: 2 }, { status: 503, retryAfter: 2 }, 503]);
  const started = mock.clock.now();
  const report = push.sendCall(CALL);
  await mock.clock.advance(10_000);
  expect((await report).status).toBe("failed");
  expect(mock.pushes.map(({ at }) => Math.round((at.getTime() - started) / 1000))).toEqual([0, 2]);
});

test("a slow phone's ring timeout is everybody's: the report waits no longer", async () => {
  const { mock, apns, push, register } = createWorld({ ringTimeout: 4000 });
  await apns.warmUp();
  const [slow, quick] = [await register(mock.device()), await register(mock.device())];
  mock.script(slow.token, [{ fault: "silence" }]);
  const report = push.sendCall(CALL);
  await mock.clock.advance(4001);
  expect((await report).status).toBe("accepted");
  expect(quick.calls).toHaveLength(1);
});

test("a step of the wall clock while a ring is under way moves no deadline", async () => {
  const { mock, apns, devices } = createWorld();
  mock.clock.stop();
  await devices.save(mock.device({ environment: "sandbox" }).device());
  let step = 0;
  const clock = { ...mock.clock, now: () => mock.clock.now() + step };
  const left: number[] = [];
  const send: typeof apns.send = async (push, options) => {
    left.push((options?.deadline ?? 0) - clock.now());
    step += 3_600_000;
    return apns.send(push);
  };
  const push = createPushService({ apns: { ...apns, send }, devices, clock, ringTimeout: 10_000 });

  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect(left).toEqual([10_000, 10_000]);
});

test.each([
  ["no callee", { callId: "c", fromUserId: 11 }, "toUserId"],
  ["a callee that is blank", { ...CALL, toUserId: " " }, "toUserId"],
  ["a callee that is no integer", { ...CALL, toUserId: 1.5 }, "toUserId"],
  ["no call id", { toUserId: 10, fromUserId: 11 }, "callId"],
  ["a video flag that is neither", { ...CALL, hasVideo: "yes" }, "hasVideo"],
  ["another type", { ...CALL, type: "call.cancel" }, "type"],
])("%s is the caller's mistake, by the name of the field", async (_, call, field) => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  const error = await push.sendCall(call as never).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ApnsVoipError);
  expect(error).toMatchObject({ code: "INVALID_CALL", issues: [{ path: field }] });
  expect((error as Error).message).toContain(field);
  expect(mock.pushes).toEqual([]);
});

test.each([[undefined], [null], ["a call"], [[CALL]]])("%j instead of a call is refused", async call => {
  await expect(createWorld().push.sendCall(call as never)).rejects.toMatchObject({ code: "INVALID_CALL" });
});

test("a type other than call.incoming is refused with what iOS does to such an app", async () => {
  const { push } = createWorld();
  await expect(push.sendCall({ ...CALL, type: "call.cancel" } as never)).rejects.toThrow(/kills.*socket/s);
});

test("a payload that no phone could get is the caller's mistake", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  await register(mock.device());
  await expect(push.sendCall({ ...CALL, fromDisplayName: "x".repeat(6000) })).rejects.toMatchObject({
    code: "PAYLOAD_TOO_LARGE",
  });
  expect(mock.pushes).toEqual([]);
});

test("a display name with quotes, emoji, right-to-left and control characters rings as it is", async () => {
  const { mock, push, register } = createWorld();
  const phone = await register(mock.device());
  const fromDisplayName = 'Ann "A" \\ 👩‍👩‍👧‍👦 \u202eمرحبا\u0000\u001b[31m\n';
  await push.sendCall({ ...CALL, fromDisplayName });
  expect(phone.calls[0]?.fromDisplayName).toBe(fromDisplayName);
});

test("an abort before the start sends nothing", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  await expect(push.sendCall(CALL, { signal: AbortSignal.abort(new Error("hung up")) })).rejects.toThrow("hung up");
  expect(mock.pushes).toEqual([]);
});

test("an abort while Apple is asked rejects at once, with the caller's reason", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device());
  mock.script("*", [{ fault: "silence" }]);
  const abort = new AbortController();
  const report = push.sendCall(CALL, { signal: abort.signal });
  const rejection = expect(report).rejects.toThrow("hung up");
  await mock.clock.advance(100);
  abort.abort(new Error("hung up"));
  await rejection;
});

test.each([
  [{}, /apns.*devices/s],
  [{ ringTimeout: 0 }, /ringTimeout/],
  [{ ringTimeout: Number.NaN }, /ringTimeout/],
  [{ callExpiration: -1 }, /callExpiration/],
  [{ onUnknown: "retry" }, /onUnknown.*"retry"/],
  [{ removeDevices: true }, /removeDevices/],
  [{ payload: {} }, /payload/],
  [{ idempotency: {} }, /idempotency/],
])("options %j stop the start", (wrong, message) => {
  const { apns, devices } = createWorld();
  const given = Object.keys(wrong).length === 0 ? {} : { apns, devices, ...wrong };
  expect(() => createPushService(given as never)).toThrow(
    expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
  );
});
