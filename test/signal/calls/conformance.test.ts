import { memoryCallStore } from "apns-voip/signal";
import { callStoreConformance } from "apns-voip/testing/conformance";
import { describe, expect, test } from "vitest";
import { brokenCallStores, callStore } from "./broken-call-stores.js";

describe("the memory store", () => {
  for (const { name, run } of callStoreConformance()) test(name, () => run(() => memoryCallStore()));
});

describe("the conformance cases", () => {
  test("pass a plain right store", async () => {
    for (const { run } of callStoreConformance()) await run(async () => callStore());
  });

  test.each(Object.entries(brokenCallStores))("catch a store that %s", async (_, makeStore) => {
    const outcomes = await Promise.allSettled(callStoreConformance().map(({ run }) => run(makeStore)));
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  });

  test.each(callStoreConformance())("each catch something: $name", async ({ run }) => {
    const outcomes = await Promise.allSettled(Object.values(brokenCallStores).map(makeStore => run(makeStore)));
    expect(outcomes.some(({ status }) => status === "rejected")).toBe(true);
  });

  test("have names of their own", () => {
    const names = callStoreConformance().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
