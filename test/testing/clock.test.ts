import { createMockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { Timers } from "../../src/testing/timers.js";

describe("the mock's clock", () => {
  const setUp = () => {
    const { clock } = createMockApns();
    const fired: string[] = [];
    const timer = (name: string, ms: number) => clock.setTimeout(() => fired.push(name), ms);
    return { clock, fired, timer };
  };

  it("starts at real time and moves on when told", async () => {
    const earliest = Date.now();
    const { clock } = setUp();
    const start = clock.now();
    expect(start).toBeGreaterThanOrEqual(earliest);
    expect(start).toBeLessThanOrEqual(Date.now());
    const before = clock.monotonic();
    await clock.advance(3600_000);
    // The two readings are floating-point numbers: their difference may miss the last digits.
    expect(clock.now() - start).toBeGreaterThan(3599_999);
    expect(clock.monotonic() - before).toBeGreaterThan(3599_999);
  });

  it("moves only when told once it is stopped, and fires nothing by itself", async () => {
    const { clock, fired, timer } = setUp();
    timer("before", 1);
    clock.stop();
    timer("after", 1);
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(fired).toEqual([]);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([0, 0]);

    await clock.advance(1000);
    expect(fired).toEqual(["before", "after"]);
    expect([clock.now() - now, clock.monotonic() - monotonic]).toEqual([1000, 1000]);
  });

  it("fires timers in order of time, then of making, and none too early", async () => {
    const { clock, fired, timer } = setUp();
    timer("third", 3000);
    timer("first", 1000);
    timer("second", 2000);
    timer("second too", 2000);
    await clock.advance(2500);
    expect(fired).toEqual(["first", "second", "second too"]);
    await clock.advance(500);
    expect(fired.at(-1)).toBe("third");
  });

  it("fires timers that others set on the way, at their time", async () => {
    const { clock, fired, timer } = setUp();
    clock.stop();
    const start = clock.monotonic();
    clock.setTimeout(() => {
      fired.push(`at ${clock.monotonic() - start}`);
      timer("nested", 1000);
    }, 1000);
    timer("between", 1500);
    await clock.advance(5000);
    expect(fired).toEqual(["at 1000", "between", "nested"]);
  });

  it("lets promises come to rest between timers", async () => {
    const { clock, fired, timer } = setUp();
    clock.setTimeout(async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      fired.push("promises");
    }, 1000);
    timer("next", 1001);
    await clock.advance(2000);
    expect(fired).toEqual(["promises", "next"]);
  });

  it("keeps timers of the same time in the order they were made", () => {
    const timers = new Timers();
    const fired: number[] = [];
    for (const n of [1, 2, 3]) timers.add(10, false, () => fired.push(n));
    timers.add(5, false, () => fired.push(0));
    while (timers.next !== undefined) timers.shift()?.fn();
    expect(fired).toEqual([0, 1, 2, 3]);
  });

  it("keeps the process alive only for timers that somebody waits for", () => {
    const timers = new Timers();
    timers.add(5, true, () => {});
    expect(timers.isAwaited).toBe(false);
    const timer = timers.add(10, false, () => {});
    expect(timers.isAwaited).toBe(true);
    timers.cancel(timer);
    timers.cancel(timer);
    expect([timers.isAwaited, timers.next]).toEqual([false, 5]);
    timers.shift();
    expect([timers.next, timers.shift()]).toEqual([undefined, undefined]);
  });

  it("cancels", async () => {
    const { clock, fired, timer } = setUp();
    const cancel = timer("never", 1000);
    cancel();
    cancel();
    await clock.advance(2000);
    expect(fired).toEqual([]);
  });

  it("fires by real time as well, when nobody advances it", async () => {
    const { clock } = setUp();
    const before = performance.now();
    await new Promise<void>(resolve => clock.setTimeout(resolve, 20));
    expect(performance.now() - before).toBeGreaterThan(15);
  });
});
