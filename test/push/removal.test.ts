import type { DeviceReport } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld, type Options } from "./world.js";

/** A phone that has rung before, so that this process has seen Apple accept its topic. */
async function provenWorld(options: Options = {}) {
  const world = createWorld(options);
  await world.devices.save(world.mock.device({ userId: 12 }).device());
  await world.push.sendCall({ ...CALL, toUserId: 12 });
  world.mock.reset();
  return world;
}

const tokensOf10 = async ({ devices }: Pick<ReturnType<typeof createWorld>, "devices">) =>
  (await devices.list("10", "voip")).map(({ token }) => token);

test.each(["uninstall", "expireToken"] as const)(
  "a device that Apple says is gone (%s) is removed, and an event says so",
  async how => {
    const world = createWorld();
    const phone = await world.register(world.mock.device());
    phone[how](world.mock.clock.now() + 1000);
    const { status, devices } = await world.push.sendCall(CALL);
    expect(status).toBe("failed");
    expect(devices[0]?.removed).toBe(true);
    expect(await tokensOf10(world)).toEqual([]);
    expect(world.eventsOf("push.device-removed")).toMatchObject([
      { userId: "10", reason: how === "uninstall" ? "Unregistered" : "ExpiredToken" },
    ]);
    expect((await world.push.sendCall(CALL)).status).toBe("no-devices");
  },
);

test("a 410 older than the registration keeps the device", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  phone.uninstall(Date.now() - 60_000);
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await tokensOf10(world)).toEqual([phone.token]);
});

test("a device that registers again while Apple is asked is kept", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  const since = Date.now() + 10_000;
  phone.uninstall(since);
  const remove = world.devices.remove;
  world.devices.remove = async (token, only) => {
    await world.devices.save({ ...phone.device(), registeredAt: new Date(since + 1) });
    return remove(token, only);
  };
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await tokensOf10(world)).toEqual([phone.token]);
});

test("a device that another user has taken over in the meantime is kept", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  phone.uninstall(Date.now() + 10_000);
  const remove = world.devices.remove;
  world.devices.remove = async (token, only) => {
    await world.devices.save({ ...phone.device(12), registeredAt: new Date(0) });
    return remove(token, only);
  };
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await world.devices.list("12", "voip")).toHaveLength(1);
});

test("a 410 without a timestamp removes the device only as it was listed", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  world.mock.script(phone.token, [{ status: 410, body: '{"reason":"Unregistered"}' }]);
  expect((await world.push.sendCall(CALL)).devices[0]).toMatchObject({
    result: { reason: "Unregistered" },
    removed: true,
  });
});

test("a 410 without a timestamp keeps a device that registered again in the meantime", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  world.mock.script(phone.token, [{ status: 410, body: '{"reason":"Unregistered"}' }]);
  const remove = world.devices.remove;
  world.devices.remove = async (token, only) => {
    await world.devices.save({ ...phone.device(), registeredAt: new Date(Date.now() + 10) });
    return remove(token, only);
  };
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
});

test("BadDeviceToken from both environments removes the device once Apple has accepted the topic", async () => {
  const world = await provenWorld();
  await world.devices.save({ ...world.mock.device().device(), token: "ab".repeat(32) });
  const { devices } = await world.push.sendCall(CALL);
  expect(world.mock.pushes.map(({ environment }) => environment)).toEqual(["production", "sandbox"]);
  expect(devices[0]).toMatchObject({ result: { reason: "BadDeviceToken", environment: "production" }, removed: true });
  expect(await tokensOf10(world)).toEqual([]);
});

test("BadDeviceToken from both environments removes nothing before Apple has accepted anything", async () => {
  const world = createWorld();
  await world.devices.save({ ...world.mock.device().device(), token: "ab".repeat(32) });
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await tokensOf10(world)).toHaveLength(1);
});

test("what Apple accepted for one app says nothing about another", async () => {
  const world = await provenWorld();
  const row = world.mock.device().device();
  await world.devices.save({ ...row, token: "ab".repeat(32), bundleId: "com.example.other" });
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
});

test("what Apple accepted for messages says nothing about calls", async () => {
  const world = createWorld();
  await world.devices.save(world.mock.device({ userId: 12, pushType: "alert" }).device());
  const { status } = await world.push.sendMessage({ toUserId: 12, title: "Ann", body: "Hi" });
  expect(status).toBe("accepted");
  await world.devices.save({ ...world.mock.device().device(), token: "ab".repeat(32) });
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
});

test("a key of the other environment empties no table", async () => {
  const world = await provenWorld();
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  world.mock.script(phone.token, [200, "BadEnvironmentKeyInToken"]);
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await tokensOf10(world)).toEqual([phone.token]);
});

test.each([
  ...["BadTopic", "TopicDisallowed", "DeviceTokenNotForTopic", "BadExpirationDate", "PayloadTooLarge"],
  ...["Forbidden", "InvalidProviderToken", "MissingProviderToken", "BadEnvironmentKeyIdInToken", "SomethingNew"],
])("%s removes nothing", async reason => {
  const world = await provenWorld();
  const phone = await world.register(world.mock.device());
  world.mock.script(phone.token, [reason, reason]);
  expect((await world.push.sendCall(CALL)).devices[0]).toMatchObject({ result: { reason }, removed: false });
  expect(await tokensOf10(world)).toEqual([phone.token]);
});

test("removeDevices: false keeps all", async () => {
  const world = createWorld({ removeDevices: false });
  const phone = await world.register(world.mock.device());
  phone.uninstall(Date.now() + 10_000);
  expect((await world.push.sendCall(CALL)).devices[0]?.removed).toBe(false);
  expect(await tokensOf10(world)).toEqual([phone.token]);
});

test.each([
  ["yes", () => true, true],
  ["no", () => false, false],
  ["throws", boom, false],
  ["answers with a promise", (() => Promise.resolve(true)) as unknown as () => boolean, false],
])("a veto that says %s decides", async (_, veto, removed) => {
  const seen: DeviceReport["device"][] = [];
  const world = createWorld({
    removeDevices: (device, result) => {
      expect(result).toMatchObject({ outcome: "rejected", reason: "Unregistered" });
      seen.push(device);
      return veto();
    },
  });
  const phone = await world.register(world.mock.device());
  phone.uninstall(Date.now() + 10_000);
  const { devices } = await world.push.sendCall(CALL);
  expect(devices[0]?.removed).toBe(removed);
  expect(seen.map(({ token }) => token)).toEqual([phone.token]);
});

function boom(): boolean {
  throw new Error("the veto broke");
}
