import type { ApnsVoipEvent } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { rig, tally } from "./rig.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("a connection that says nothing while pushes are on it", () => {
  test("is asked after a second, and new pushes go elsewhere at once", async () => {
    const world = await rig();
    await world.ring();
    world.mock.clock.stop();
    world.mock.faults.freeze();
    const lost = world.ring();
    await world.mock.clock.advance(1.1 * SECOND);
    expect(await world.ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(world.of("apns.connection-closed")).toEqual([]);
    expect(await world.pass(lost)).toMatchObject({ outcome: "unknown" });
  });

  test("is given up a second later, not when the time-out of its pushes comes", async () => {
    const { mock, of, ring, client } = await rig();
    await ring();
    mock.clock.stop();
    mock.faults.freeze();
    const lost = ring();
    await mock.clock.advance(1.9 * SECOND);
    expect(client.stats.inFlight).toBe(1);
    await mock.clock.advance(0.3 * SECOND);
    expect(await lost).toMatchObject({
      outcome: "unknown",
      attempts: 1,
      error: {
        code: "CONNECTION_LOST",
        message: expect.stringMatching(/https:\/\/127\.0\.0\.1.*no answer to a ping within 1000 ms/),
      },
    });
    expect(of("apns.connection-closed")).toMatchObject([{ why: "no answer to a ping within 1000 ms" }]);
  });

  test("is waited for where no other may be opened, a second and no longer", async () => {
    const world = await rig({ maxConnections: 1 });
    await world.ring();
    world.mock.clock.stop();
    world.mock.faults.freeze();
    world.ring();
    await world.mock.clock.advance(1.1 * SECOND);
    expect(await world.pass(world.ring())).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(world.of("apns.connection-closed")).toMatchObject([{ why: "no answer to a ping within 1000 ms" }]);
    expect(world.client.stats.connections.production).toBe(1);
  });

  test("and answers when it is asked takes pushes again, as often as it is slow", async () => {
    const { mock, of, ring, pass } = await rig({ maxConnections: 1 });
    await ring();
    mock.faults.delay(4 * SECOND);
    const slow = ring();
    await mock.clock.advance(1.5 * SECOND);
    const later = ring();
    expect(await pass(slow)).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(await pass(later)).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(of("apns.connection-opened")).toHaveLength(1);
    expect(of("apns.connection-closed")).toEqual([]);
  });

  test("takes the others along that were not heard since: one call finds out for all", async () => {
    const { mock, client, ring, phones, pass } = await rig({ maxConnections: 4 }, { maxConcurrentStreams: 5 });
    mock.faults.delay(100);
    await pass(Promise.all(phones(20).map(phone => ring(phone))));
    const open = client.stats.connections.production;
    expect(open).toBeGreaterThan(1);
    mock.faults.freeze();
    const lost = ring();
    await mock.clock.advance(2.5 * SECOND);
    expect(await lost).toMatchObject({ outcome: "unknown" });
    expect(tally(await pass(Promise.all(phones(3).map(phone => ring(phone)))))).toEqual({ accepted: 3 });
  });
});

describe("a firewall that drops a quiet connection without a word", () => {
  test("costs the next call a second, not a time-out", async () => {
    const { mock, client, ring, pass } = await rig();
    await ring();
    await mock.clock.advance(30 * SECOND);
    mock.clock.stop();
    mock.faults.freeze();
    const result = ring(undefined, { onUnknown: "resend" });
    await mock.clock.advance(1.3 * SECOND);
    expect(client.stats.inFlight).toBe(0);
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 2 });
  });

  test("and one that drops none costs nothing: the connection stays", async () => {
    const { mock, ring, of } = await rig();
    await ring();
    await mock.clock.advance(30 * SECOND);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    await mock.clock.advance(30 * SECOND);
    expect(of("apns.connection-opened")).toHaveLength(1);
    expect(of("apns.connection-closed")).toEqual([]);
  });
});

describe("a connection that answers pings and no pushes", () => {
  test("leaves when three pushes have timed out, and a fresh one takes its place", async () => {
    const { mock, of, pass, ring } = await rig();
    await ring();
    mock.faults.mute();
    for (let push = 0; push < 3; push++) {
      expect(await pass(ring())).toMatchObject({ outcome: "unknown", error: { code: "TIMEOUT" } });
    }
    expect(await pass(ring())).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(of("apns.connection-closed")).toMatchObject([{ why: "3 pushes in a row were not answered on it" }]);
    expect(of("apns.connection-opened")).toHaveLength(2);
  });

  test("leaves when many time out in the same moment, and each of them is sent once more, elsewhere", async () => {
    const { mock, client, pass, ring, phones } = await rig();
    await ring();
    mock.faults.mute();
    const before = mock.pushes.length;
    const results = await pass(Promise.all(phones(20).map(phone => ring(phone, { onUnknown: "resend" }))));
    expect(results.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).toEqual(Array(20).fill("accepted 2"));
    expect(mock.pushes.length - before).toBe(20);
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0 });
    expect(await pass(ring())).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("stays when an answer comes in between", async () => {
    const { mock, of, pass, ring } = await rig();
    for (let round = 0; round < 3; round++) {
      mock.script("*", [{ fault: "silence" }, { fault: "silence" }, 200]);
      expect(await pass(ring())).toMatchObject({ outcome: "unknown", error: { code: "TIMEOUT" } });
      expect(await pass(ring())).toMatchObject({ outcome: "unknown", error: { code: "TIMEOUT" } });
      expect(await pass(ring())).toMatchObject({ outcome: "accepted" });
    }
    expect(of("apns.connection-closed")).toEqual([]);
  });

  test("loses no push that others have on it: they finish", async () => {
    const { mock, of, pass, ring, phones } = await rig();
    await ring();
    const [slow, ...mute] = phones(4);
    mock.script(slow?.token ?? "", [{ delay: 4 * SECOND }]);
    for (const phone of mute) mock.script(phone.token, [{ fault: "silence" }]);
    const out = mute.map(phone => ring(phone));
    await mock.clock.advance(3 * SECOND);
    const late = ring(slow);
    expect(tally(await pass(Promise.all(out)))).toEqual({ unknown: 3 });
    expect(of("apns.connection-closed")).toEqual([]);
    expect(await pass(late)).toMatchObject({ outcome: "accepted", attempts: 1 });
    await mock.clock.advance(SECOND);
    expect(of("apns.connection-closed")).toHaveLength(1);
  });
});

describe("after this process, or its machine, has stood still", () => {
  /** A mock's clock that can be moved on without a timer firing: as it looks to a process that is stopped and goes on. */
  function jumpingClock({ clock } = createMockApns()) {
    const moved = { wall: 0, monotonic: 0 };
    return {
      clock: {
        now: () => clock.now() + moved.wall,
        monotonic: () => clock.monotonic() + moved.monotonic,
        setTimeout: clock.setTimeout,
      },
      moved,
    };
  }

  async function frozen() {
    const mock = createMockApns();
    const { clock, moved } = jumpingClock(mock);
    return { ...(await rig({ clock }, {}, mock)), moved };
  }

  test("a call goes to a new connection at once, and pays no time-out for the old one, which was cut meanwhile", async () => {
    const world = await frozen();
    await world.ring();
    world.mock.faults.freeze();
    world.moved.wall = 2 * MINUTE;
    world.moved.monotonic = 2 * MINUTE;
    expect(await world.ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(world.of("apns.connection-closed")).toEqual([]);
    await world.mock.clock.advance(1.1 * SECOND);
    expect(world.of("apns.connection-closed")).toHaveLength(1);
  });

  test("a call pays no time-out either when the monotonic clock stood still, too", async () => {
    const world = await frozen();
    await world.ring();
    world.mock.faults.freeze();
    world.moved.wall = 2 * MINUTE;
    expect(await world.ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(world.of("apns.connection-closed")).toEqual([]);
  });

  test("where only one connection is allowed, a call waits for its answer, a second at most", async () => {
    const mock = createMockApns();
    const { clock, moved } = jumpingClock(mock);
    const world = await rig({ clock, maxConnections: 1 }, {}, mock);
    await world.ring();
    mock.faults.freeze();
    moved.wall = 2 * MINUTE;
    moved.monotonic = 2 * MINUTE;
    expect(await world.pass(world.ring())).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(world.of("apns.connection-closed")).toMatchObject([{ why: "no answer to a ping within 1000 ms" }]);
  });

  test("a connection that is alive takes calls again, and the new one stays beside it", async () => {
    const { mock, moved, ring, of, client } = await frozen();
    mock.clock.stop();
    await ring();
    moved.wall = 2 * MINUTE;
    moved.monotonic = 2 * MINUTE;
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(of("apns.connection-closed")).toEqual([]);
    expect(client.stats.connections.production).toBeLessThanOrEqual(2);
  });

  test.each([2 * MINUTE, -2 * MINUTE, 24 * 60 * MINUTE])(
    "a wall clock that was merely set, by %i ms, costs no connection and no call",
    async step => {
      const { moved, mock, ring, of } = await frozen();
      await ring();
      moved.wall = step;
      expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
      await mock.clock.advance(5 * SECOND);
      expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
      expect(of("apns.connection-opened")).toHaveLength(1);
      expect(of("apns.connection-closed")).toEqual([]);
    },
  );

  test("an idle connection that is pinged is not taken for one: nothing is opened for hours", async () => {
    const { mock, ring, of } = await frozen();
    for (let hour = 0; hour < 3; hour++) {
      expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
      await mock.clock.advance(60 * MINUTE);
    }
    expect(of("apns.connection-opened")).toHaveLength(1);
  });
});

describe("a push that Apple refuses to look at", () => {
  test("is sent again at once, then after 100 ms to 1 s each, ten times at most", async () => {
    const at: number[] = [];
    const mock = createMockApns();
    const onEvent = (event: ApnsVoipEvent) => void (event.type === "apns.attempt" && at.push(mock.clock.monotonic()));
    const { ring, pass } = await rig({ onEvent }, {}, mock);
    mock.clock.stop();
    mock.script("*", Array(50).fill({ fault: "refuse" }));
    const result = await pass(ring(undefined, { deadline: mock.clock.now() + 10 * MINUTE }));
    expect(result).toMatchObject({ outcome: "unsent", attempts: 0 });
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(waits).toHaveLength(10);
    expect(waits[0]).toBeLessThan(100);
    for (const wait of waits.slice(1)) {
      expect(wait).toBeGreaterThanOrEqual(99);
      // And what it takes to be refused.
      expect(wait).toBeLessThan(1.2 * SECOND);
    }
  });

  test("goes ahead of those that came after it", async () => {
    const { mock, ring, phones, pass } = await rig({ maxConnections: 1 }, { maxConcurrentStreams: 1 });
    await ring();
    const waiting = phones(5);
    const [first] = waiting;
    mock.script(first?.token ?? "", [{ fault: "refuse" }]);
    await pass(Promise.all(waiting.map(phone => ring(phone))));
    expect(mock.pushes.slice(1).map(({ token }) => token)).toEqual(waiting.map(({ token }) => token));
  });
});
