import { type ApnsClientOptions, createApnsClient } from "apns-voip";
import { createMockApns, type MockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { rig, tally, transport } from "./rig.js";

const call = { pushType: "voip", payload: { callId: "1" } } as const;

/** A client that has not connected yet, and its mock. */
async function cold(options: Partial<ApnsClientOptions> = {}, mock: MockApns = createMockApns()) {
  const { endpoints, ca, close } = await mock.listen();
  const opened: number[] = [];
  const client = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    endpoints,
    ca,
    clock: mock.clock,
    transport,
    onEvent: event => event.type === "apns.connection-opened" && opened.push(event.connection),
    ...options,
  } as ApnsClientOptions);
  onTestFinished(async () => {
    mock.faults.clear();
    await Promise.all([client.close(), close()]);
  });
  const ring = (more: object = {}) => client.send({ ...call, deviceToken: mock.device().token, ...more });
  const ringAll = (count: number) => Promise.all(Array.from({ length: count }, () => ring()));
  return { mock, client, opened, ring, ringAll };
}

describe("connections", () => {
  test("are one for 100 pushes at once that one can carry", async () => {
    // Time stands still, so that a slow machine is not taken for a slow Apple.
    const still = { now: Date.now, monotonic: () => 0, setTimeout: () => () => {} };
    const { mock, opened, ringAll } = await cold({ clock: still });
    expect(tally(await ringAll(100))).toEqual({ accepted: 100 });
    expect(opened).toEqual([1]);
    expect(tally(await ringAll(900))).toEqual({ accepted: 900 });
    expect(opened).toEqual([1]);
    expect(mock.violations.filter(({ rule }) => rule === "stream-limit-exceeded")).toEqual([]);
  });

  test("carry one push until the first valid provider token was seen", async () => {
    const { mock, client, ringAll } = await cold({ maxConnections: 1, timeout: 60_000 });
    await client.warmUp();
    mock.faults.delay(5000, { when: "before" });
    const results = ringAll(100);
    await mock.clock.advance(100);
    expect(client.stats).toMatchObject({ inFlight: 1, queued: 99 });
    await mock.clock.advance(12_000);
    expect(tally(await results)).toEqual({ accepted: 100 });
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0, connections: { production: 1 } });
    expect(mock.violations.filter(({ rule }) => rule === "stream-limit-exceeded")).toEqual([]);
  });

  test("are more when the first has not answered for 300 ms", async () => {
    const { mock, client, opened, ringAll } = await cold();
    await client.warmUp();
    mock.faults.delay(2000, { when: "before" });
    const results = ringAll(50);
    await mock.clock.advance(2500);
    expect(tally(await results)).toEqual({ accepted: 50 });
    expect(opened.length).toBeGreaterThan(1);
    expect(opened.length).toBeLessThanOrEqual(4);
  });

  test.each([
    [undefined, 4],
    [2, 2],
    [1, 1],
  ])("are more when those in hand are full: maxConnections %s, %i of them", async (maxConnections, most) => {
    const { mock, client, opened, ring, ringAll } = await cold(
      { maxConnections },
      createMockApns({ maxConcurrentStreams: 10 }),
    );
    await ring();
    mock.script("*", Array(200).fill({ delay: 100 }));
    const results = ringAll(200);
    let settled = false;
    results.finally(() => {
      settled = true;
    });
    while (!settled) await mock.clock.advance(50);
    expect(tally(await results)).toEqual({ accepted: 200 });
    expect(opened).toHaveLength(most);
    expect(client.stats.connections.production).toBe(most);
    expect(mock.violations.filter(({ rule }) => rule === "stream-limit-exceeded")).toEqual([]);
  });

  test("stay for hours, idle or not, and the next call pays no handshake", async () => {
    const { mock, opened, ring } = await cold();
    await ring();
    for (let hour = 0; hour < 3; hour++) {
      await mock.clock.advance(3_600_000);
      expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    }
    expect(opened).toEqual([1]);
  });

  test("stay open when nothing is sent for longer than undici would keep them by itself", async () => {
    const { client, opened, ring } = await cold();
    await ring();
    // Real time: the timer is undici's own, and 4 seconds long unless told.
    await new Promise(resolve => setTimeout(resolve, 5000));
    expect(client.stats.connections.production).toBe(1);
    await ring();
    expect(opened).toEqual([1]);
  });

  test("that are cut take no push any more, not even in the same breath", async () => {
    const { mock, opened, ring } = await cold({ maxConnections: 1 });
    for (let cut = 1; cut < 10; cut++) {
      expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
      mock.faults.cut();
      // It left on the connection that was being cut.
      expect(await ring()).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "CONNECTION_LOST" } });
      expect(opened).toHaveLength(cut);
    }
  });

  test("of the two environments are apart, and no push takes the other's, however they come", async () => {
    const { mock, client } = await cold();
    const phones = Array.from({ length: 300 }, (_, number) =>
      mock.device({ environment: number % 3 === 0 ? "sandbox" : "production" }),
    );
    const results = await Promise.all(
      phones.map(({ token, environment }) => client.send({ ...call, deviceToken: token, environment })),
    );
    expect(tally(results)).toEqual({ accepted: 300 });
    expect(results.map(({ environment }) => environment)).toEqual(phones.map(({ environment }) => environment));
    expect(client.stats.connections.production).toBeGreaterThan(0);
    expect(client.stats.connections.sandbox).toBeGreaterThan(0);
  });

  test("of one environment that is slow do not hold up the other", async () => {
    const { mock, client } = await cold();
    mock.faults.stallConnections(1);
    const slow = client.send({ ...call, deviceToken: mock.device().token });
    await mock.clock.advance(10);
    const { token } = mock.device({ environment: "sandbox" });
    const quick = await client.send({ ...call, deviceToken: token, environment: "sandbox" });
    expect(quick).toMatchObject({ outcome: "accepted", environment: "sandbox" });
    for (let time = 0; time < 30; time++) await mock.clock.advance(250);
    expect(await slow).toMatchObject({ outcome: "accepted" });
  });
});

describe("warmUp", () => {
  test("connects once, sends nothing, and the first push finds the connection open", async () => {
    const { mock, client, opened, ring } = await cold();
    await Promise.all([client.warmUp(), client.warmUp()]);
    await client.warmUp();
    expect(opened).toEqual([1]);
    expect(mock.pushes).toEqual([]);
    expect(client.stats).toMatchObject({ connections: { production: 1, sandbox: 0 }, tokenAge: expect.any(Number) });
    await ring();
    expect(opened).toEqual([1]);
  });

  test("takes the environment, and refuses one that this server may not talk to", async () => {
    const { client } = await cold();
    await client.warmUp("sandbox");
    expect(client.stats.connections).toEqual({ production: 0, sandbox: 1 });
    const { client: only } = await cold({ environments: ["production"] });
    for (const environment of ["sandbox", "staging"] as never[]) {
      await expect(only.warmUp(environment)).rejects.toMatchObject({
        code: "INVALID_OPTIONS",
        message: `warmUp: "${environment}" given; wanted: one of production`,
      });
    }
  });

  test("rejects when no connection can be made, and the next one may succeed", async () => {
    const { mock, client } = await cold();
    mock.faults.refuseConnections(1);
    await expect(client.warmUp()).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await client.warmUp();
    expect(client.stats.connections.production).toBe(1);
  });

  test("rejects when the key cannot sign", async () => {
    const sign = () => Promise.reject(new Error("AccessDenied"));
    const { client } = await cold({ key: undefined, sign } as never);
    await expect(client.warmUp()).rejects.toMatchObject({ code: "INVALID_KEY", message: /AccessDenied/ });
  });

  test("after close rejects, and opens nothing", async () => {
    const { client, opened } = await cold();
    await client.close();
    await expect(client.warmUp()).rejects.toMatchObject({ code: "CLOSED" });
    expect(opened).toEqual([]);
  });
});

describe("stats", () => {
  test("start empty, are a new object at each reading, and know the age of the provider token", async () => {
    const { mock, client, ring } = await cold();
    const before = client.stats;
    expect(before).toEqual({
      connections: { production: 0, sandbox: 0 },
      inFlight: 0,
      queued: 0,
      tokenAge: undefined,
    });
    await ring();
    expect(before.connections.production).toBe(0);
    const { tokenAge } = client.stats;
    await mock.clock.advance(1000);
    expect((client.stats.tokenAge ?? 0) - (tokenAge ?? 0)).toBeGreaterThan(999);
  });
});

describe("close", () => {
  test("finishes what is in flight and what waits, refuses what comes after, and leaves nothing open", async () => {
    const { mock, client, ring, ringAll } = await cold({}, createMockApns({ maxConcurrentStreams: 5 }));
    await ring();
    mock.script("*", Array(40).fill({ delay: 200 }));
    const results = ringAll(40);
    let closed = false;
    const closing = client.close().then(() => {
      closed = true;
    });
    expect(await ring()).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "CLOSED" } });
    while (!closed) await mock.clock.advance(50);
    await closing;
    expect(tally(await results)).toEqual({ accepted: 40 });
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0, connections: { production: 0, sandbox: 0 } });
    await mock.clock.advance(10);
    expect(mock.faults.goaway()).toBe(0);
  });

  test("may be called again, and comes with `await using`", async () => {
    const { client, opened } = await cold();
    {
      await using used = client;
      await used.warmUp();
    }
    expect(opened).toEqual([1]);
    await client.close();
    expect(client.close()).toBe(client.close());
  });

  test("while a connection is being made leaves none behind", async () => {
    const { mock, client } = await cold();
    mock.faults.stallConnections();
    const warm = client.warmUp();
    warm.catch(() => {});
    await mock.clock.advance(10);
    await client.close();
    await expect(warm).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_FAILED|CLOSED/) });
  });

  test("gives up at its deadline what cannot be sent", async () => {
    const { mock, client, pass, ring } = await rig();
    mock.faults.cut();
    mock.faults.refuseConnections();
    await mock.clock.advance(1);
    const result = ring();
    await pass(client.close());
    expect(await result).toMatchObject({ outcome: "unsent" });
  });
});
