import { describe, expect, test } from "vitest";
import { apple, MINUTE, settableClock, shown } from "./provider-tokens.js";

const HALF_HOUR = 30 * MINUTE;
const TOO_MANY = "TooManyProviderTokenUpdates";

describe("429 TooManyProviderTokenUpdates", () => {
  test("is answered with the previous half hour's token on a fresh connection", async () => {
    const { mock, connect } = await apple(10);
    const { client, ring } = connect();
    await ring();
    mock.script("*", [TOO_MANY]);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 2 });
    const [first, refused, accepted] = shown(mock);
    expect(refused).toMatchObject({ reason: TOO_MANY, connection: first?.connection });
    expect(accepted?.connection).not.toBe(first?.connection);
    expect(accepted?.issuedAt).toBe((first?.issuedAt ?? 0) - HALF_HOUR);
    expect(client.stats.connections.production).toBe(2);
  });

  test("is met once by pushes that came together: they share the fresh connection", async () => {
    const { mock, connect } = await apple(10);
    const { count, ring, ringAll } = connect();
    await ring();
    mock.script("*", Array(30).fill(TOO_MANY));
    const results = await ringAll(30);
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(count("apns.connection-opened")).toBe(2);
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBe(2);
  });

  test("rests the connection for 20 minutes, in which it still counts as one", async () => {
    const { mock, connect } = await apple(10);
    const { client, count, ring, ringAll } = connect({ maxConnections: 2 });
    await ring();
    mock.script("*", [TOO_MANY]);
    await ring();
    const [tired] = shown(mock);
    const since = mock.pushes.length;
    const rested = () =>
      shown(mock)
        .slice(since)
        .map(({ connection }) => connection)
        .includes(tired?.connection ?? 0);
    await mock.clock.advance(14 * MINUTE);
    await ringAll(1500);
    expect(rested()).toBe(false);
    expect(client.stats.connections.production).toBe(2);
    expect(count("apns.connection-opened")).toBe(2);
    await mock.clock.advance(6.1 * MINUTE);
    await ringAll(20);
    expect(rested()).toBe(true);
    expect(mock.pushes.slice(since).every(({ status }) => status === 200)).toBe(true);
  });

  test.each([2, 10, 19])(
    "shows no second token within 20 minutes on the fresh connection either (minute %i)",
    async minute => {
      const { mock, connect } = await apple(minute);
      const { ring } = connect();
      await ring();
      mock.script("*", [TOO_MANY]);
      await ring();
      const since = mock.pushes.length;
      for (let passed = 0; passed < 60; passed++) {
        await mock.clock.advance(MINUTE);
        expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
      }
      const uses = shown(mock).slice(since);
      expect(uses.map(({ reason }) => reason)).toEqual(Array(60).fill(undefined));
      expect(Math.max(...uses.map(({ age }) => age))).toBeLessThan(56 * MINUTE);
      expect(mock.violations).toEqual([]);
    },
  );

  test("is reported when the previous token is 50 minutes old, and the next push tries another connection", async () => {
    const { mock, connect } = await apple(21);
    const { count, ring } = connect();
    await ring();
    mock.script("*", [TOO_MANY]);
    expect(await ring()).toMatchObject({
      outcome: "rejected",
      status: 429,
      reason: TOO_MANY,
      disposition: "retry-later",
      attempts: 1,
    });
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(count("apns.connection-opened")).toBe(2);
  });

  test("from every connection sends nothing for 20 minutes, and says why", async () => {
    const { mock, connect } = await apple(10);
    const { count, ring, ringAll } = connect({ maxConnections: 2 });
    await ring();
    mock.script("*", Array(50).fill(TOO_MANY));
    await ringAll(10);
    const requests = mock.pushes.length;
    for (let again = 0; again < 10; again++) {
      expect(await ring()).toMatchObject({
        outcome: "unsent",
        error: { code: "CONNECTION_FAILED", message: expect.stringContaining(TOO_MANY) },
      });
      await mock.clock.advance(MINUTE);
    }
    expect(mock.pushes).toHaveLength(requests);
    expect(count("apns.connection-opened")).toBe(2);
    mock.reset();
    await mock.clock.advance(11 * MINUTE);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
  });
});

describe("403 ExpiredProviderToken", () => {
  test("is tried once more on one fresh connection for all that met it", async () => {
    const { mock, connect } = await apple(10);
    const { count, ring, ringAll } = connect();
    await ring();
    mock.script("*", Array(40).fill("ExpiredProviderToken"));
    const results = await ringAll(40);
    expect(results.every(({ outcome, attempts }) => outcome === "accepted" && attempts === 2)).toBe(true);
    expect(count("apns.connection-opened")).toBe(2);
  });

  test("for ever, because our clock is wrong, costs few requests, connections and tokens", async () => {
    const { mock, connect } = await apple(10);
    const clock = settableClock(mock.clock);
    clock.step(-2 * 60 * MINUTE);
    const { count, events, ringAll } = connect({ clock });
    const results = await ringAll(800);
    expect(mock.pushes.length).toBeGreaterThanOrEqual(800);
    expect(mock.pushes.length).toBeLessThan(810);
    expect(count("apns.connection-opened")).toBeLessThanOrEqual(6);
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBe(1);
    for (const result of results) {
      expect(result).toMatchObject({ outcome: "rejected", status: 403, disposition: "fix-credentials" });
      // Apple's `date` has whole seconds.
      const skew = result.outcome === "rejected" ? (result.clockSkew ?? 0) : 0;
      expect(Math.abs(skew - clock.offset)).toBeLessThan(2000);
    }
    const told = events.find(({ type }) => type === "apns.clock-skew");
    expect(told).toMatchObject({ environment: "production" });
  });

  test("heals within a minute of the clock being set right", async () => {
    const { mock, connect } = await apple(10);
    const clock = settableClock(mock.clock);
    clock.step(-2 * 60 * MINUTE);
    const { ring, ringAll } = connect({ clock });
    await ringAll(10);
    clock.step(2 * 60 * MINUTE);
    await mock.clock.advance(MINUTE);
    const results = await ringAll(100);
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("does not come back from connections that were refused while the clock was wrong", async () => {
    const { mock, connect } = await apple(0);
    const clock = settableClock(mock.clock);
    clock.step(-52 * MINUTE);
    const { ring, ringAll } = connect({ clock });
    await ringAll(40);
    await mock.clock.advance(MINUTE);
    await ring();
    clock.step(52 * MINUTE);
    await mock.clock.advance(27 * MINUTE);
    for (let push = 0; push < 10; push++) expect(await ring()).toMatchObject({ outcome: "accepted" });
  });

  test("for ever stays at two requests a push and one connection a minute", async () => {
    const { mock, connect } = await apple(10);
    const clock = settableClock(mock.clock);
    clock.step(3 * 60 * MINUTE);
    const { count, ring } = connect({ clock });
    const minutes = 40;
    for (let passed = 0; passed < minutes; passed++) {
      expect(await ring()).toMatchObject({ outcome: "rejected", clockSkew: expect.any(Number) });
      await mock.clock.advance(MINUTE);
    }
    expect(mock.pushes.length).toBeLessThanOrEqual(2 * minutes);
    expect(count("apns.connection-opened")).toBeLessThanOrEqual(minutes + 4);
    expect(count("apns.token-made")).toBeLessThanOrEqual(3);
  });

  test("on a connection that is closing already does not wait for room that will not come", async () => {
    const { mock, connect } = await apple(10);
    const { ring, ringAll } = connect({ maxConnections: 1 });
    await ring();
    mock.script("*", [{ reason: "ExpiredProviderToken", delay: 1000 }]);
    const late = ring();
    await mock.clock.advance(10);
    mock.faults.goaway();
    await mock.clock.advance(10);
    await ringAll(3);
    await mock.clock.advance(2000);
    expect(await late).toMatchObject({ outcome: "accepted", attempts: 2 });
  });

  test("has a sister in UnrelatedKeyIdInToken, which is tried once more on a fresh connection as well", async () => {
    const { mock, connect } = await apple(10);
    const { ring } = connect();
    await ring();
    mock.script("*", ["UnrelatedKeyIdInToken"]);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 2 });
    mock.script("*", ["UnrelatedKeyIdInToken", "UnrelatedKeyIdInToken"]);
    expect(await ring()).toMatchObject({ outcome: "rejected", disposition: "fix-credentials", attempts: 2 });
  });
});
