import { memoryDeviceStore } from "apns-voip";
import { type DeviceStoreFeature, deviceStoreConformance } from "apns-voip/testing/conformance";
import { describe, expect, test } from "vitest";
import { brokenStores, rowStore } from "./broken-stores.js";

describe("the memory store", () => {
  for (const { name, run } of deviceStoreConformance()) test(name, () => run(() => memoryDeviceStore()));
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
  test.each(Object.keys(features))("leave some out for a store without %s, and never all", feature => {
    const all = deviceStoreConformance().length;
    const rest = deviceStoreConformance({ supports: { [feature]: false } }).length;
    expect(rest).toBeLessThan(all);
    expect(rest).toBeGreaterThan(all / 2);
  });

  test("stay the same for a feature that is switched on by name", () => {
    expect(deviceStoreConformance({ supports: { deviceId: true, bundleId: undefined } })).toHaveLength(
      deviceStoreConformance().length,
    );
  });
});
