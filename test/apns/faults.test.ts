import { describe, expect, test } from "vitest";
import { rig, tally } from "./rig.js";

const MANY = 500;

describe("Apple says goodbye (GOAWAY)", () => {
  test("gracefully: what is open finishes, what is new goes to a new connection at once", async () => {
    const { mock, client, ring, phones, of, pass } = await rig();
    await ring();
    mock.clock.stop();
    mock.faults.delay(1000);
    const open = phones(50).map(phone => ring(phone));
    await expect.poll(() => mock.pushes.length, { timeout: 10_000 }).toBe(51);
    mock.faults.goaway({ debug: '{"reason":"Shutdown"}' });
    await expect.poll(() => of("apns.going-away").length).toBe(1);
    const late = phones(50).map(phone => ring(phone));
    await expect.poll(() => of("apns.connection-opened").length, { timeout: 60_000 }).toBe(2);
    expect(tally(await pass(Promise.all([...open, ...late])))).toEqual({ accepted: 100 });
    expect(of("apns.going-away")[0]).toMatchObject({
      debugData: '{"reason":"Shutdown"}',
      reason: "Shutdown",
      errorCode: 0,
    });
    // Nothing twice, and no attempt more than there were pushes.
    expect(mock.pushes).toHaveLength(101);
    expect(of("apns.attempt")).toHaveLength(101);
    expect(new Set(mock.pushes.slice(51).map(push => push.connection)).size).toBeGreaterThanOrEqual(1);
    expect(client.stats.connections.production).toBe(1);
  });

  test("with a last id: at or below it finishes, above it is sent once more, nothing is lost or doubled", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    await ring();
    mock.faults.delay(500, { when: "before" });
    const results = phones(100).map(phone => ring(phone));
    await expect.poll(() => client.stats.inFlight).toBe(100);
    await mock.clock.advance(1);
    // Stream 1 was the first push: 3 to 101 are the next fifty.
    mock.faults.goaway({ lastStreamId: 101 });
    const settled = await pass(Promise.all(results));
    expect(tally(settled)).toEqual({ accepted: 100 });
    expect(settled.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(mock.pushes).toHaveLength(101);
    const onFirst = mock.pushes.filter(push => push.connection === mock.pushes[0]?.connection);
    expect(onFirst).toHaveLength(51);
    expect(mock.pushes.filter(push => !onFirst.includes(push))).toHaveLength(50);
  });

  test("with last id 0, before anything was processed: all are sent again", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    mock.faults.delay(500, { when: "before" });
    const first = ring();
    await expect.poll(() => client.stats.inFlight).toBe(1);
    mock.faults.goaway({ lastStreamId: 0 });
    expect(await pass(first)).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(tally(await pass(Promise.all(phones(20).map(phone => ring(phone)))))).toEqual({ accepted: 20 });
    expect(mock.pushes).toHaveLength(21);
  });

  test("twice in a row, the second with a lower last id: all are accepted, none is doubled", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    await ring();
    mock.faults.delay(500, { when: "before" });
    const results = phones(40).map(phone => ring(phone));
    await expect.poll(() => client.stats.inFlight).toBe(40);
    mock.faults.goaway();
    mock.faults.goaway({ lastStreamId: 41 });
    expect(tally(await pass(Promise.all(results)))).toEqual({ accepted: 40 });
    expect(mock.pushes).toHaveLength(41);
  });

  test.each([
    ["text", "Maximum active streams violated"],
    ["nothing", ""],
    ["bytes that are no text", "\u0000\uFFFD"],
  ])("debug data that is %s reaches the event as it is", async (_what, debug) => {
    const { mock, ring, of } = await rig();
    await ring();
    mock.faults.goaway({ debug, errorCode: 7 });
    await expect.poll(() => of("apns.going-away").length).toBe(1);
    expect(of("apns.going-away")[0]).toMatchObject({ debugData: debug, errorCode: 7 });
    expect(of("apns.going-away")[0]).not.toHaveProperty("reason");
    expect(await ring()).toMatchObject({ outcome: "accepted" });
  });

  test("on an idle connection: the next push opens another", async () => {
    const { mock, ring, of } = await rig();
    await ring();
    mock.faults.goaway();
    await expect.poll(() => of("apns.connection-closed").length).toBe(1);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(of("apns.connection-opened")).toHaveLength(2);
  });
});

describe("streams that are refused or reset", () => {
  test("refused streams are sent again and count for nothing", async () => {
    const { mock, ring, phones, pass } = await rig();
    await ring();
    mock.faults.refuseStreams(50);
    const results = await pass(Promise.all(phones(MANY).map(phone => ring(phone))));
    expect(tally(results)).toEqual({ accepted: MANY });
    expect(results.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(mock.pushes).toHaveLength(MANY + 1);
  });

  test("streams reset before an answer are unknown, and only those", async () => {
    const { mock, ring, phones, pass } = await rig();
    await ring();
    mock.faults.resetStreams(20, { when: "before" });
    const results = await pass(Promise.all(phones(MANY).map(phone => ring(phone))));
    expect(tally(results)).toEqual({ accepted: MANY - 20, unknown: 20 });
    expect(mock.pushes).toHaveLength(MANY + 1 - 20);
  });

  test("streams reset after the answer's headers have their answer, where those arrived", async () => {
    const { mock, ring, phones, pass } = await rig();
    await ring();
    mock.faults.resetStreams(20);
    const { accepted = 0, unknown = 0 } = tally(await pass(Promise.all(phones(MANY).map(phone => ring(phone)))));
    expect(accepted + unknown).toBe(MANY);
    expect(unknown).toBeLessThanOrEqual(20);
  });
});

describe("the connection is cut", () => {
  test("what had left is unknown, what had not is sent elsewhere: nothing hangs, nothing is called failed", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    await ring();
    mock.faults.delay(500);
    const results = phones(MANY).map(phone => ring(phone));
    await expect.poll(() => mock.pushes.length + client.stats.inFlight).toBeGreaterThan(MANY);
    mock.faults.cut();
    const settled = await pass(Promise.all(results));
    const { accepted = 0, unknown = 0, ...others } = tally(settled);
    expect(others).toEqual({});
    expect(accepted + unknown).toBe(MANY);
    expect(unknown).toBeGreaterThan(0);
    expect(settled.find(({ outcome }) => outcome === "unknown")).toMatchObject({ error: { code: "CONNECTION_LOST" } });
  });

  test("asked to resend, every push ends accepted, and none is sent a third time", async () => {
    const { mock, client, ring, phones, pass } = await rig();
    await ring();
    mock.faults.delay(500);
    const results = phones(MANY).map(phone => ring(phone, { onUnknown: "resend" }));
    await expect.poll(() => client.stats.inFlight).toBe(MANY);
    mock.faults.cut();
    expect(tally(await pass(Promise.all(results)))).toEqual({ accepted: MANY });
    for (const phone of mock.devices)
      expect(mock.pushes.filter(({ token }) => token === phone.token).length).toBeLessThanOrEqual(2);
  });

  test("an idle connection that is cut costs the next push a handshake and nothing else", async () => {
    const { mock, ring, of } = await rig();
    await ring();
    mock.faults.cut();
    await expect.poll(() => of("apns.connection-closed").length).toBe(1);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
  });
});

describe("Apple falls silent", () => {
  test("the connection is given up, new ones are used at once, and the deadline fires", async () => {
    const { mock, ring, phones, of, pass } = await rig();
    await ring();
    mock.faults.freeze();
    const silent = phones(8).map(phone => ring(phone));
    expect(tally(await pass(Promise.all(silent)))).toEqual({ unknown: 8 });
    // The connection is being probed: nothing new is given to it.
    expect(await pass(ring())).toMatchObject({ outcome: "accepted", attempts: 1 });
    await pass(expect.poll(() => of("apns.connection-closed").length, { timeout: 5000 }).toBe(1));
    expect(of("apns.connection-closed")[0]?.why).toMatch(/ping/);
  });

  test("all connections fall silent at once: one time-out is enough to leave them all", async () => {
    const { mock, client, ring, phones, pass } = await rig({ maxConnections: 4 }, { maxConcurrentStreams: 5 });
    mock.faults.delay(100);
    await pass(Promise.all(phones(20).map(phone => ring(phone))));
    expect(client.stats.connections.production).toBeGreaterThan(1);
    mock.faults.freeze();
    await mock.clock.advance(6000);
    expect(await pass(ring())).toMatchObject({ outcome: "unknown" });
    // None of the other three is asked, although they are open and have room.
    expect(tally(await pass(Promise.all(phones(3).map(phone => ring(phone)))))).toEqual({ accepted: 3 });
  });

  test("with resend, calls ring within their deadline all the same", async () => {
    const { mock, ring, phones, pass } = await rig();
    await ring();
    mock.faults.freeze();
    const results = await pass(Promise.all(phones(8).map(phone => ring(phone, { onUnknown: "resend" }))));
    expect(tally(results)).toEqual({ accepted: 8 });
  });

  test("an idle connection that falls silent is found by its ping, before a call needs it", async () => {
    const { mock, ring, of } = await rig({ pingInterval: 60_000 });
    await ring();
    mock.faults.freeze();
    await mock.clock.advance(60_000);
    await mock.clock.advance(5000);
    await expect.poll(() => of("apns.connection-closed").length).toBe(1);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("one slow answer costs its neighbours nothing: the connection answers the probe and goes on", async () => {
    const { mock, client, ring, phones, of, pass } = await rig({ timeout: 2000 });
    await ring();
    const [slow, ...others] = phones(100);
    mock.script(slow?.token ?? "", [{ delay: 60_000 }]);
    const stuck = ring(slow);
    await expect.poll(() => client.stats.inFlight).toBe(1);
    expect(await pass(stuck)).toMatchObject({ outcome: "unknown", error: { code: "TIMEOUT" } });
    expect(tally(await pass(Promise.all(others.map(phone => ring(phone)))))).toEqual({ accepted: 99 });
    expect(of("apns.connection-closed")).toEqual([]);
    expect(client.stats.connections.production).toBeLessThanOrEqual(2);
  });

  test("connections that are taken and never hear a word do not hold a push past its deadline", async () => {
    const { mock, ring, pass, client } = await rig();
    mock.faults.cut();
    await expect.poll(() => client.stats.connections.production).toBe(0);
    mock.faults.stallConnections();
    const result = await pass(ring(undefined, { deadline: mock.clock.now() + 3000 }));
    expect(result).toMatchObject({ outcome: "unsent", attempts: 0 });
  });
});

describe("Apple changes how many streams it allows", () => {
  test("from 1000 to 1 and back, twice: no push is stuck or lost", async () => {
    const { mock, ring, phones, pass } = await rig({ maxConnections: 1 });
    await ring();
    const results: Promise<unknown>[] = [];
    for (const limit of [1000, 1, 1000, 1, 1000]) {
      mock.faults.streamLimit(limit);
      results.push(...phones(100).map(phone => ring(phone)));
      await mock.clock.advance(10);
    }
    expect(tally((await pass(Promise.all(results))) as never)).toEqual({ accepted: 500 });
    expect(mock.pushes).toHaveLength(501);
  });

  test("none at all for a while: pushes wait, and go when it is allowed", async () => {
    const { mock, ring, phones, pass } = await rig({ maxConnections: 1 });
    await ring();
    mock.faults.streamLimit(0);
    await mock.clock.advance(10);
    const results = Promise.all(phones(10).map(phone => ring(phone)));
    await mock.clock.advance(1000);
    expect(mock.pushes).toHaveLength(1);
    mock.faults.streamLimit(1000);
    expect(tally(await pass(results))).toEqual({ accepted: 10 });
  });
});
