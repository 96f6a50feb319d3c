import { memoryReceiptStore } from "apns-voip";
import { describe, expect, test } from "vitest";
import { keepsReceipts } from "./receipt-stores.js";

describe("memoryReceiptStore", () => {
  keepsReceipts(() => memoryReceiptStore());

  test("forgets the oldest calls beyond maxReceipts", async () => {
    const store = memoryReceiptStore({ maxReceipts: 2 });
    for (const call of ["a", "b", "c"]) {
      await store.heard({ call, phone: "phone", event: "received", at: 0 }, 1_000);
    }
    const heard = await Promise.all(["a", "b", "c"].map(call => store.list(call, 0)));
    expect(heard.map(({ length }) => length)).toEqual([0, 1, 1]);
  });

  test("holds no more phones that may stay silent than maxReceipts", async () => {
    const store = memoryReceiptStore({ maxReceipts: 100 });
    for (let n = 0; n < 1_000; n++) {
      const place = { call: `call-${n}`, phone: "phone" };
      await store.accepted({ ...place, acceptedAt: 0, dueAt: 1, request: undefined, details: "" }, 1_000);
    }
    const silent = await store.due(1);
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.length).toBeLessThanOrEqual(100);
  });
});
