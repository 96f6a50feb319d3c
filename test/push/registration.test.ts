import { type Device, memoryDeviceStore } from "apns-voip";
import { describe, expect, test } from "vitest";
import { createWorld } from "./world.js";

const VOIP = "9f739db8afff".padEnd(64, "0");
const ALERT = "1f739db8afff".padEnd(64, "0");
const REGISTRATION = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: VOIP } as const;

async function stored({ devices }: Pick<ReturnType<typeof createWorld>, "devices">): Promise<Device[]> {
  return [...(await devices.list("10", "voip")), ...(await devices.list("10", "alert"))];
}

test("both tokens are stored, each by its push type, with the time of the service's clock", async () => {
  const world = createWorld();
  world.mock.clock.stop();
  await world.mock.clock.advance(3_600_000);
  await world.push.registerDevice(10, {
    ...REGISTRATION,
    apnsDeviceToken: ALERT,
    deviceId: "phone-1",
    environment: "development",
  });
  const row = { userId: "10", bundleId: "com.example.app", platform: "ios", deviceId: "phone-1" };
  expect(await stored(world)).toMatchObject([
    { ...row, token: VOIP, pushType: "voip", environment: "sandbox" },
    { ...row, token: ALERT, pushType: "alert", environment: "sandbox" },
  ]);
  const [device] = await stored(world);
  expect(device?.registeredAt.getTime()).toBe(world.mock.clock.now());
});

test("either token alone leaves the other as it was", async () => {
  const world = createWorld();
  await world.push.registerDevice(10, { ...REGISTRATION, apnsDeviceToken: ALERT });
  await world.push.registerDevice(10, { ...REGISTRATION, voipDeviceToken: null, apnsDeviceToken: ALERT });
  await world.push.registerDevice(10, { ...REGISTRATION, apnsDeviceToken: "" });
  expect((await stored(world)).map(({ token }) => token)).toEqual([VOIP, ALERT]);
});

test("a phone that registers can be rung", async () => {
  const { mock, push } = createWorld();
  const phone = mock.device();
  await push.registerDevice("10", { ...REGISTRATION, voipDeviceToken: phone.token });
  expect((await push.sendCall({ toUserId: 10, callId: "c", fromUserId: 11 })).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
});

test.each([
  ["upper case", VOIP.toUpperCase()],
  ["in angle brackets", `<${VOIP.toUpperCase().replaceAll(/.{8}(?!$)/g, "$& ")}>`],
])("a token %s is cleaned", async (_, voipDeviceToken) => {
  const world = createWorld();
  await world.push.registerDevice(10, { ...REGISTRATION, voipDeviceToken });
  expect((await stored(world)).map(({ token }) => token)).toEqual([VOIP]);
});

test.each([["0".repeat(32)], ["0".repeat(160)], ["0".repeat(400)]])("tokens of other lengths work", async token => {
  const world = createWorld();
  await world.push.registerDevice(10, { ...REGISTRATION, voipDeviceToken: token });
  expect(await stored(world)).toHaveLength(1);
});

test.each([
  ["an FCM token", `${"a".repeat(22)}:APA91b${"x_-Y".repeat(33)}`, /FCM/],
  ["an FCM token without a colon", "x_-Y".repeat(40), /FCM/],
  ["an Expo token", "ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]", /Expo/],
  ["the description of a Data object", "{length = 32, bytes = 0x9f739db8 afff0000 ... 00000000 }", /Data/],
  ["base64", Buffer.from(VOIP, "hex").toString("base64"), /base64/],
  ["an odd number of digits", VOIP.slice(1), /63, an odd number/],
  ["too short", "ab".repeat(15), /30/],
  ["too long", "ab".repeat(201), /402/],
  ["no hex", "z".repeat(64), /base64|not hex/],
  ["a number", 5, /number/],
])("%s is refused with a hint, and without being repeated", async (_, voipDeviceToken, hint) => {
  const world = createWorld();
  const error = await world.push
    .registerDevice(10, { ...REGISTRATION, voipDeviceToken } as never)
    .catch((error: Error) => error);
  expect(error).toMatchObject({
    code: "INVALID_REGISTRATION",
    issues: [{ path: "voipDeviceToken", message: expect.stringMatching(hint) }],
  });
  if (typeof voipDeviceToken === "string") expect((error as Error).message).not.toContain(voipDeviceToken);
  expect(await stored(world)).toEqual([]);
});

test.each([
  ["no token at all", { voipDeviceToken: undefined }, "voipDeviceToken"],
  ["blank tokens", { voipDeviceToken: " ", apnsDeviceToken: "" }, "voipDeviceToken"],
  ["one token under both names", { apnsDeviceToken: VOIP.toUpperCase() }, "apnsDeviceToken"],
  ["no platform", { platform: undefined }, "platform"],
  ["another platform", { platform: "android" }, "platform"],
  ["no bundle id", { bundleId: undefined }, "bundleId"],
  ["a bundle id with a blank", { bundleId: "com example" }, "bundleId"],
  ["a topic for a bundle id", { bundleId: "com.example.app.voip" }, "bundleId"],
  ["another environment", { environment: "staging" }, "environment"],
  ["an endless device id", { deviceId: "x".repeat(256) }, "deviceId"],
])("%s is refused by the name of the field, and nothing is stored", async (_, wrong, field) => {
  const world = createWorld();
  await expect(world.push.registerDevice(10, { ...REGISTRATION, ...wrong } as never)).rejects.toMatchObject({
    code: "INVALID_REGISTRATION",
    issues: [{ path: field, message: expect.stringContaining(field) }],
  });
  expect(await stored(world)).toEqual([]);
});

test("one good and one bad token: neither is stored", async () => {
  const world = createWorld();
  const registration = { ...REGISTRATION, apnsDeviceToken: "no" };
  await expect(world.push.registerDevice(10, registration)).rejects.toMatchObject({ code: "INVALID_REGISTRATION" });
  expect(await stored(world)).toEqual([]);
});

test("every field that is wrong is named at once", async () => {
  await expect(
    createWorld().push.registerDevice(Number.NaN, { platform: "web", bundleId: 1 } as never),
  ).rejects.toMatchObject({ issues: [{ path: "userId" }, { path: "platform" }, { path: "bundleId" }] });
});

test("the platform counts in any case", async () => {
  const world = createWorld();
  await world.push.registerDevice(10, { ...REGISTRATION, platform: "iOS" as "ios" });
  expect(await stored(world)).toHaveLength(1);
});

test("a store that fails is named, and an event tells why", async () => {
  const devices = memoryDeviceStore();
  devices.save = async () => Promise.reject(new Error("disk full"));
  const world = createWorld({ devices });
  await expect(world.push.registerDevice(10, REGISTRATION)).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(world.eventsOf("push.store-failed")).toMatchObject([{ operation: "save" }]);
  expect(world.eventsOf("push.device-registered")).toEqual([]);
});

test("an unchanged token that registers again gets a new date", async () => {
  const world = createWorld();
  await world.push.registerDevice(10, REGISTRATION);
  const [before] = await stored(world);
  await world.mock.clock.advance(60_000);
  await world.push.registerDevice(10, REGISTRATION);
  const [after] = await stored(world);
  expect(after!.registeredAt.getTime() - before!.registeredAt.getTime()).toBeGreaterThan(59_000);
});

describe("a phone on which a second account logs in", () => {
  const ring = (world: ReturnType<typeof createWorld>, toUserId: number) =>
    world.push.sendCall({ toUserId, callId: `to-${toUserId}`, fromUserId: 12 });

  async function twoAccounts(...logins: readonly number[]) {
    const world = createWorld();
    const phone = world.mock.device();
    for (const userId of logins)
      await world.push.registerDevice(userId, { ...REGISTRATION, voipDeviceToken: phone.token, deviceId: "phone-1" });
    return { world, phone };
  }

  test("rings for that one, and calls to the first find no device", async () => {
    const { world, phone } = await twoAccounts(10, 11);
    expect((await ring(world, 10)).status).toBe("no-devices");
    expect((await ring(world, 11)).status).toBe("accepted");
    expect(phone.calls).toMatchObject([{ callId: "to-11" }]);
  });

  test("rings for the first again once that one logs in again", async () => {
    const { world, phone } = await twoAccounts(10, 11, 10);
    expect((await ring(world, 11)).status).toBe("no-devices");
    expect((await ring(world, 10)).status).toBe("accepted");
    expect(phone.calls).toHaveLength(1);
  });

  test("stays with the second where the first logs out late", async () => {
    const { world, phone } = await twoAccounts(10, 11);
    await world.push.unregisterDevice(10, { voipDeviceToken: phone.token });
    expect((await ring(world, 11)).status).toBe("accepted");
  });
});
