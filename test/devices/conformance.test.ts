import { memoryDeviceStore } from "apns-voip";
import { type DeviceStoreFeature, deviceStoreConformance } from "apns-voip/testing/conformance";
import { describe, expect, test } from "vitest";
import { brokenStores, rowStore } from "./broken-stores.js";

const TOKEN = `f0e437b6${"ab".repeat(28)}`;

describe("the memory store", () => {
  for (const { name, run } of deviceStoreConformance()) test(name, () => run(() => memoryDeviceStore()));

  test.each([
    TOKEN.toUpperCase(),
    ` ${TOKEN}`,
    `${TOKEN}\n`,
    `<${TOKEN}>`,
    `<${TOKEN.match(/.{8}/g)?.join(" ")}>`,
    TOKEN.match(/../g)?.join(":") ?? "",
  ])("has one device for a token, also when it is written as %j", async written => {
    const store = memoryDeviceStore();
    const registered = { pushType: "voip", platform: "ios", registeredAt: new Date() } as const;
    await store.save({ ...registered, userId: "1", token: written });
    expect(await store.list("1", "voip")).toMatchObject([{ token: TOKEN }]);
    await store.save({ ...registered, userId: "2", token: TOKEN });
    expect(await store.list("1", "voip")).toEqual([]);
    await store.setEnvironment(written, "sandbox");
    expect(await store.list("2", "voip")).toMatchObject([{ token: TOKEN, environment: "sandbox" }]);
    expect(await store.remove(written)).toBe(true);
  });
});

describe("the conformance cases", () => {
  test("pass a plain right store", async () => {
    for (const { run } of deviceStoreConformance()) await run(async () => rowStore());
  });

  test.each(Object.entries(brokenStores))("catch a store that %s", async (_, makeStore) => {
    const failures: unknown[] = [];
    for (const { run } of deviceStoreConformance()) {
      await run(makeStore).catch(error => failures.push(error));
    }
    expect(failures).not.toEqual([]);
  });

  test.each(deviceStoreConformance())("each catch something: $name", async ({ run }) => {
    const outcomes = await Promise.allSettled(Object.values(brokenStores).map(makeStore => run(makeStore)));
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  });

  test("have names of their own", () => {
    const names = deviceStoreConformance().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  const features: Record<DeviceStoreFeature, true> = {
    manyDevices: true,
    alertTokens: true,
    bundleId: true,
    deviceId: true,
    environment: true,
    registeredAt: true,
    anyUserId: true,
  };
  test.each(Object.keys(features))("are fewer for a store without %s, and never none", feature => {
    const all = deviceStoreConformance().length;
    const rest = deviceStoreConformance({ supports: { [feature]: false } }).length;
    expect(rest).toBeLessThan(all);
    expect(rest).toBeGreaterThan(all / 2);
  });

  test("are the same where a feature is switched on by name", () => {
    expect(deviceStoreConformance({ supports: { deviceId: true, bundleId: undefined } })).toHaveLength(
      deviceStoreConformance().length,
    );
  });
});
