import { createApnsClient, createPushService } from "apns-voip";
import { expect, test } from "vitest";
import { CALL, createWorld } from "./world.js";

async function environmentOf({ devices }: ReturnType<typeof createWorld>, token: string) {
  const rows = [...(await devices.list("10", "voip")), ...(await devices.list("10", "alert"))];
  return rows.find(row => row.token === token)?.environment;
}

test("a device whose environment is not known is tried at the client's default first", async () => {
  const world = createWorld({ apns: { environment: "sandbox" } });
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  expect((await world.push.sendCall(CALL)).status).toBe("accepted");
  expect(world.mock.pushes.map(({ environment }) => environment)).toEqual(["sandbox"]);
  expect(phone.calls).toHaveLength(1);
});

test("a sandbox phone rings also from a server set to production, and the second call goes straight there", async () => {
  const world = createWorld();
  const { mock, push, register, eventsOf } = world;
  const phone = await register(mock.device({ environment: "sandbox" }));

  const report = await push.sendCall(CALL);

  expect(report.status).toBe("accepted");
  expect(report.devices[0]?.result).toMatchObject({ outcome: "accepted", environment: "sandbox" });
  expect(mock.pushes.map(({ environment, reason }) => [environment, reason])).toEqual([
    ["production", "BadDeviceToken"],
    ["sandbox", undefined],
  ]);
  expect(await environmentOf(world, phone.token)).toBe("sandbox");
  expect(eventsOf("push.environment-learned")).toEqual([
    {
      type: "push.environment-learned",
      userId: "10",
      callId: "11-10",
      tokenPrefix: `${phone.token.slice(0, 12)}...`,
      environment: "sandbox",
    },
  ]);

  phone.end();
  await push.sendCall(CALL);
  expect(mock.pushes.map(({ environment }) => environment)).toEqual(["production", "sandbox", "sandbox"]);
  expect(phone.calls).toHaveLength(2);
});

test("the push and its trial carry the same apns-id", async () => {
  const { mock, push, register } = createWorld();
  await register(mock.device({ environment: "sandbox" }));
  await push.sendCall(CALL);
  expect(new Set(mock.pushes.map(({ apnsId }) => apnsId)).size).toBe(1);
});

test("an environment that was right is stored too, once", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device());
  await world.push.sendCall(CALL);
  await world.push.sendCall(CALL);
  expect(await environmentOf(world, phone.token)).toBe("production");
  expect(world.eventsOf("push.environment-learned")).toHaveLength(1);
});

test("a phone that moved to another environment is found again", async () => {
  const world = createWorld();
  const phone = world.mock.device();
  await world.devices.save({ ...phone.device(), environment: "sandbox" });
  expect((await world.push.sendCall(CALL)).status).toBe("accepted");
  expect(await environmentOf(world, phone.token)).toBe("production");
});

test("what was learned survives a registration that says nothing about it", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  await world.push.sendCall(CALL);
  await world.register(phone);
  expect(await environmentOf(world, phone.token)).toBe("sandbox");
});

test("a server that may talk to one environment only makes no trial, and the first answer stands", async () => {
  const world = createWorld({ apns: { environments: ["production"] } });
  await world.register(world.mock.device({ environment: "sandbox" }));
  const { status, devices } = await world.push.sendCall(CALL);
  expect(status).toBe("failed");
  expect(devices[0]?.result).toMatchObject({ outcome: "rejected", reason: "BadDeviceToken" });
  expect(world.mock.pushes).toHaveLength(1);
  expect(await world.devices.list("10", "voip")).toHaveLength(1);
});

test.each([
  ["that the key is for the other environment", "BadEnvironmentKeyInToken", 403],
  ["so in Apple's other spelling", "BadEnvironmentKeyIdInToken", 403],
  ["that the key is wrong", "InvalidProviderToken", 403],
  ["that the credentials may not do this", "Forbidden", 403],
  ["that provider tokens came too often", "TooManyProviderTokenUpdates", 429],
] as const)("where the trial says %s, that is the finding, the first reason beside it", async (_, reason, status) => {
  const world = createWorld();
  await world.apns.warmUp();
  // Proven, so that only the trial decides.
  await world.register(world.mock.device());
  await world.push.sendCall(CALL);
  const stranger = world.mock.device({ environment: "sandbox" });
  await world.devices.save(stranger.device(20));
  world.mock.script(stranger.token, [200, reason, reason, reason]);

  const report = world.push.sendCall({ ...CALL, toUserId: 20 });
  await world.mock.clock.advance(40_000);

  const { status: outcome, devices } = await report;
  expect(outcome).toBe("failed");
  expect(devices[0]).toMatchObject({
    result: { outcome: "rejected", status, reason, firstReason: "BadDeviceToken", environment: "sandbox" },
    removed: false,
  });
  expect(world.eventsOf("push.finished").at(-1)).toMatchObject({ reasons: [reason] });
  expect(await world.devices.list("20", "voip")).toHaveLength(1);
});

test.each([
  ["answered 503 to the end", [503, 503, 503]],
  ["refused for another reason", ["TopicDisallowed"]],
])("where the trial is %s the first answer stands, and nothing is removed", async (_, answers) => {
  const world = createWorld();
  await world.apns.warmUp();
  // Proven, so that only the trial decides.
  await world.register(world.mock.device());
  await world.push.sendCall(CALL);
  const stranger = world.mock.device({ environment: "sandbox" });
  await world.devices.save(stranger.device(20));
  world.mock.script(stranger.token, [200, ...answers]);

  const report = world.push.sendCall({ ...CALL, toUserId: 20 });
  await world.mock.clock.advance(10_000);

  expect((await report).devices[0]).toMatchObject({
    result: { outcome: "rejected", reason: "BadDeviceToken", environment: "production" },
    removed: false,
  });
  expect(await world.devices.list("20", "voip")).toHaveLength(1);
});

test("where the trial cannot be made the first answer stands", async () => {
  const { mock, devices, register } = createWorld();
  const refused = new TypeError("fetch failed", {
    cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
  });
  const apns = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    clock: mock.clock,
    fetch: async (url, init) => (url.includes("sandbox") ? Promise.reject(refused) : mock.fetch(url, init)),
  });
  await apns.warmUp();
  await register(mock.device({ environment: "sandbox" }));

  const report = createPushService({ apns, devices, ringTimeout: 2000 }).sendCall(CALL);
  await mock.clock.advance(3000);

  expect((await report).devices[0]).toMatchObject({ result: { reason: "BadDeviceToken" }, removed: false });
  expect(await devices.list("10", "voip")).toHaveLength(1);
});

test("where nobody knows what became of the trial, nobody knows what became of the device", async () => {
  const world = createWorld({ onUnknown: "report" });
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  world.mock.script(phone.token, [200, { fault: "cut-before" }]);
  const { status, devices } = await world.push.sendCall(CALL);
  expect(status).toBe("unknown");
  expect(devices[0]).toMatchObject({ result: { outcome: "unknown", environment: "sandbox" }, removed: false });
  expect(await environmentOf(world, phone.token)).toBeUndefined();
});

test("a trial that finds the app uninstalled there says so, and clears the device", async () => {
  const world = createWorld();
  const phone = await world.register(world.mock.device({ environment: "sandbox" }));
  phone.uninstall(world.mock.clock.now() + 1000);
  const { devices } = await world.push.sendCall(CALL);
  expect(devices[0]).toMatchObject({ result: { reason: "Unregistered", environment: "sandbox" }, removed: true });
});

test("a trial that finds the token of another app there says so, and keeps the device", async () => {
  const world = createWorld();
  const phone = world.mock.device({ environment: "sandbox", bundleId: "com.example.other" });
  await world.devices.save({ ...phone.device(), bundleId: "com.example.app" });
  const { devices } = await world.push.sendCall(CALL);
  expect(devices[0]).toMatchObject({ result: { reason: "DeviceTokenNotForTopic" }, removed: false });
});

test("under concurrency each phone keeps its own environment", async () => {
  const world = createWorld();
  const phones = Array.from({ length: 40 }, (_, i) =>
    world.mock.device({ userId: i, environment: i % 2 === 0 ? "production" : "sandbox" }),
  );
  for (const phone of phones) await world.devices.save(phone.device());

  const reports = await Promise.all(phones.map(phone => world.push.sendCall({ ...CALL, toUserId: phone.userId })));

  expect(reports.map(({ devices }) => devices[0]?.result.environment)).toEqual(phones.map(p => p.environment));
  for (const phone of phones) {
    expect((await world.devices.list(phone.userId, "voip"))[0]?.environment).toBe(phone.environment);
    expect(phone.calls).toHaveLength(1);
  }
});
