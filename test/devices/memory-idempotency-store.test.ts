import { type IdempotencyStore, memoryIdempotencyStore } from "apns-voip";
import { describe, expect, test } from "vitest";
import { cancelsKeys } from "./cancelled-keys.js";

function manualClock() {
  let milliseconds = 0;
  return {
    now: () => Date.UTC(2031, 0, 1),
    monotonic: () => milliseconds,
    setTimeout: () => {
      throw new Error("the store must not hold the process with a timer");
    },
    advance: (ms: number) => {
      milliseconds += ms;
    },
  };
}

describe("memoryIdempotencyStore", () => {
  cancelsKeys(() => memoryIdempotencyStore() as Required<IdempotencyStore>);

  test("lets the first caller claim a key, and nobody after", async () => {
    const store = memoryIdempotencyStore();
    const claims = await Promise.all([1, 2, 3].map(() => store.claim("call-1", 30_000)));
    expect(claims).toEqual([true, false, false]);
    expect(await store.claim("call-2", 30_000)).toBe(true);
  });

  test("forgets a key when its time is over, and not a millisecond earlier", async () => {
    const clock = manualClock();
    const store = memoryIdempotencyStore({ clock });
    await store.claim("call-1", 30_000);
    clock.advance(29_999);
    expect(await store.claim("call-1", 30_000)).toBe(false);
    clock.advance(1);
    expect(await store.claim("call-1", 30_000)).toBe(true);
    expect(await store.claim("call-1", 30_000)).toBe(false);
  });

  test("does not prolong a key for those who come too late", async () => {
    const clock = manualClock();
    const store = memoryIdempotencyStore({ clock });
    await store.claim("call-1", 30_000);
    clock.advance(20_000);
    await store.claim("call-1", 30_000);
    clock.advance(10_000);
    expect(await store.claim("call-1", 30_000)).toBe(true);
  });

  test("lets a released key be claimed again", async () => {
    const store = memoryIdempotencyStore();
    await store.claim("call-1", 30_000);
    await store.release("call-1");
    await store.release("never claimed");
    expect(await store.claim("call-1", 30_000)).toBe(true);
  });

  test("forgets the oldest beyond maxKeys, so that memory stays bounded", async () => {
    const store = memoryIdempotencyStore({ maxKeys: 2, clock: manualClock() });
    for (const key of ["a", "b", "c"]) await store.claim(key, 30_000);
    expect(await store.claim("b", 30_000)).toBe(false);
    expect(await store.claim("c", 30_000)).toBe(false);
    expect(await store.claim("a", 30_000)).toBe(true);
  });

  test("tells long keys apart by all of their characters", async () => {
    const store = memoryIdempotencyStore();
    const long = "k".repeat(10_000);
    expect(await store.claim(`${long}1`, 30_000)).toBe(true);
    expect(await store.claim(`${long}2`, 30_000)).toBe(true);
    expect(await store.claim(`${long}1`, 30_000)).toBe(false);
    await store.release(`${long}1`);
    expect(await store.claim(`${long}1`, 30_000)).toBe(true);
  });

  test.each(["__proto__", "constructor", "", "\0", "💥"])("takes %j for a key like any other", async key => {
    const store = memoryIdempotencyStore();
    expect(await store.claim(key, 30_000)).toBe(true);
    expect(await store.claim(key, 30_000)).toBe(false);
  });
});
