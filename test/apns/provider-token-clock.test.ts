import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apple, closeConnections, MINUTE, settableClock, shown } from "./provider-tokens.js";

const HOUR = 60 * MINUTE;
const TOO_MANY = "TooManyProviderTokenUpdates";

type Shown = ReturnType<typeof shown>;

/** Apple's rule, judged by time as it really passed: no second token on a connection within 20 minutes. */
function expectNoSecondToken(uses: Shown): void {
  for (const on of Map.groupBy(uses, ({ connection }) => connection).values()) {
    for (const [index, use] of on.entries()) {
      const other = on.slice(0, index).findLast(({ token }) => token !== use.token);
      const since = other && on.find(({ token }) => token === other.token);
      if (since !== undefined) expect(use.at - since.at).toBeGreaterThanOrEqual(20 * MINUTE);
    }
  }
  expect(uses.filter(({ reason }) => reason === TOO_MANY)).toEqual([]);
}

/** Over all connections: of what the process shows, no third token comes up within 20 minutes. */
function expectNoStorm(uses: Shown): void {
  const firsts = [...Map.groupBy(uses, ({ token }) => token).values()].map(([first]) => first?.at ?? 0);
  for (const at of firsts) {
    expect(firsts.filter(other => other >= at && other < at + 20 * MINUTE - 1000).length).toBeLessThanOrEqual(2);
  }
}

describe("a clock that is set", () => {
  test.each([
    ["back by 3 hours", -3 * HOUR],
    ["back by 40 minutes", -40 * MINUTE],
    ["back by a second, over the half hour", -1000],
    ["forward by 40 minutes", 40 * MINUTE],
    ["forward by 3 hours", 3 * HOUR],
  ])("%s, from wrong to right, pins no token and loses no push", async (_how, change) => {
    const { mock, connect } = await apple(0.001);
    const clock = settableClock(mock.clock);
    clock.step(-change);
    const { ring, ringAll } = connect({ clock });
    await ringAll(20);
    clock.step(change);
    await mock.clock.advance(MINUTE);
    for (let passed = 0; passed < 45; passed += 3) {
      for (const { outcome } of await ringAll(10)) expect(outcome).toBe("accepted");
      await mock.clock.advance(3 * MINUTE);
    }
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(shown(mock).at(-1)?.age).toBeGreaterThanOrEqual(0);
    expect(shown(mock).at(-1)?.age).toBeLessThan(50 * MINUTE);
    expectNoSecondToken(shown(mock));
    expectNoStorm(shown(mock));
  });

  test("to and fro over the half hour every second makes no third token, and no connection shows two", async () => {
    const { mock, connect } = await apple(29.9);
    const clock = settableClock(mock.clock);
    const { ringAll, count } = connect({ clock });
    for (let time = 0; time < 20; time++) {
      for (const { outcome } of await ringAll(5)) expect(outcome).toBe("accepted");
      clock.step(time % 2 === 0 ? 10_000 : -10_000);
      await mock.clock.advance(1000);
      await closeConnections(mock);
    }
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBe(2);
    expect(count("apns.token-made")).toBe(2);
    expectNoSecondToken(shown(mock));
    expect(mock.violations.filter(({ rule }) => rule === "provider-tokens")).toEqual([]);
  });

  test("wildly shows two tokens in 20 minutes at the most", async () => {
    const { mock, connect } = await apple(10);
    const clock = settableClock(mock.clock);
    const { ring, count } = connect({ clock });
    for (let time = 0; time < 15; time++) {
      await ring();
      clock.step(time % 2 === 0 ? (time + 1) * HOUR : -(time + 1) * HOUR);
      await closeConnections(mock);
      await mock.clock.advance(20_000);
    }
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBeLessThanOrEqual(2);
    expect(count("apns.token-made")).toBeLessThanOrEqual(4);
    expectNoSecondToken(shown(mock));
  });

  test("wrong for a moment, then right, uses a token of the past rather than one of the future", async () => {
    const { mock, connect } = await apple(25);
    const clock = settableClock(mock.clock);
    const { ring } = connect({ clock });
    await ring();
    clock.step(3 * HOUR);
    await closeConnections(mock);
    await ring();
    clock.step(-3 * HOUR);
    await mock.clock.advance(6 * MINUTE);
    await closeConnections(mock);
    for (let passed = 0; passed < 20; passed++) {
      expect(await ring()).toMatchObject({ outcome: "accepted" });
      await mock.clock.advance(MINUTE);
    }
    expectNoSecondToken(shown(mock));
    expectNoStorm(shown(mock));
  });

  test("in any way at all never breaks Apple's rule, and all is well 21 minutes after it was set right", async () => {
    const happening = fc.record({
      passing: fc.nat(15 * MINUTE),
      step: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
        fc.integer({ min: -5000, max: 5000 }),
      ),
      goaway: fc.boolean(),
      pushes: fc.nat(8),
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(29), fc.array(happening, { minLength: 4, maxLength: 10 }), async (minute, happenings) => {
        const { mock, connect } = await apple(minute);
        const clock = settableClock(mock.clock);
        const { ring, ringAll } = connect({ clock, pingInterval: 3_600_000 });
        for (const { passing, step, goaway, pushes } of happenings) {
          clock.step(step);
          if (goaway) await closeConnections(mock);
          await ringAll(pushes);
          await mock.clock.advance(passing);
        }
        clock.step(-clock.offset);
        await mock.clock.advance(21 * MINUTE);
        expect(await ring()).toMatchObject({ outcome: "accepted" });
        expectNoSecondToken(shown(mock));
        expectNoStorm(shown(mock));
      }),
      { numRuns: Number(process.env.RUNS ?? 8) },
    );
  });
});
