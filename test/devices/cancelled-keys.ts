import type { IdempotencyStore } from "apns-voip";
import { expect, test } from "vitest";

const MINUTE = 60_000;

/** The tests for every store of keys that has `cancel`. */
export function cancelsKeys(makeStore: () => Required<IdempotencyStore>): void {
  test("tells a claim that the key was cancelled before", async () => {
    const store = makeStore();
    expect(await store.cancel("call-1", MINUTE)).toBe(false);
    expect(await store.cancel("call-1", MINUTE)).toBe(false);
    expect(await store.claim("call-1", MINUTE)).toBe("cancelled");
    expect(await store.claim("call-1", MINUTE)).toBe("cancelled");
    expect(await store.claim("call-2", MINUTE)).toBe(true);
  });

  test("tells the holder of a key that it was cancelled, and the canceller that it was given back", async () => {
    const store = makeStore();
    await store.claim("call-1", MINUTE);
    expect(await store.hold("call-1", MINUTE)).toBe(true);
    expect(await store.cancel("call-1", MINUTE)).toBe("held");
    expect(await store.hold("call-1", MINUTE)).toBe(false);
    expect(await store.hold("call-1", MINUTE)).toBe(false);
    expect(await store.cancel("call-1", MINUTE)).toBe("held");
    expect(await store.claim("call-1", MINUTE)).toBe(false);
    await store.release("call-1");
    expect(await store.cancel("call-1", MINUTE)).toBe(true);
    expect(await store.claim("call-1", MINUTE)).toBe("cancelled");
  });

  test("does not cancel a push that is out, whether the cancel came before or after that", async () => {
    const store = makeStore();
    await store.claim("call-1", MINUTE);
    await store.hold("call-1", MINUTE, true);
    expect(await store.cancel("call-1", MINUTE)).toBe(false);
    await store.claim("call-2", MINUTE);
    await store.cancel("call-2", MINUTE);
    await store.hold("call-2", MINUTE, true);
    expect(await store.cancel("call-2", MINUTE)).toBe(false);
    expect(await store.claim("call-1", MINUTE)).toBe(false);
    expect(await store.claim("call-2", MINUTE)).toBe(false);
  });

  test("forgets a cancel when its time is over, and never a key before its own is", async () => {
    const store = makeStore();
    await store.cancel("call-1", 1);
    await store.claim("call-2", MINUTE);
    await store.cancel("call-2", 1);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await store.claim("call-1", MINUTE)).toBe(true);
    expect(await store.cancel("call-2", MINUTE)).toBe("held");
  });

  test("remembers a cancel for as long as it was asked, though the key would have ended before", async () => {
    const store = makeStore();
    await store.claim("call-1", 1);
    await store.cancel("call-1", MINUTE);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await store.hold("call-1", 1)).toBe(false);
    await store.release("call-1");
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await store.claim("call-1", MINUTE)).toBe("cancelled");
  });
}
