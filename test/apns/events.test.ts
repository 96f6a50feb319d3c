import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import type { ApnsResult, ApnsVoipEvent } from "apns-voip";
import { describe, expect, onTestFinished, test } from "vitest";
import { MINUTE } from "./provider-tokens.js";
import { rig } from "./rig.js";

const prefix = /^[0-9a-f]{12}\.\.\.$/;

describe("events of the client", () => {
  test("tell of a push that is accepted, from the token to the result", async () => {
    const { client, events, mock } = await rig();
    const phone = mock.device();
    const result = await client.send({ deviceToken: phone.token, pushType: "voip", payload: { callId: "1" } });
    await client.close();
    const { apnsId } = result;
    const facts = {
      apnsId,
      environment: "production",
      tokenPrefix: `${phone.token.slice(0, 12)}...`,
      pushType: "voip",
      topic: "com.example.app.voip",
    };
    const milliseconds = expect.any(Number);
    expect(events.filter(({ type }) => type !== "apns.token-made")).toEqual([
      {
        type: "apns.connection-opened",
        environment: "production",
        connection: 1,
        origin: expect.stringMatching(/^https:/),
        milliseconds,
      },
      { type: "apns.attempt", attempt: 1, ...facts },
      { type: "apns.result", attempts: 1, outcome: "accepted", milliseconds, ...facts },
      {
        type: "apns.connection-closed",
        environment: "production",
        connection: 1,
        why: "the client is closing",
      },
    ]);
    const made = events.find(({ type }) => type === "apns.token-made");
    expect(made).toEqual({ type: "apns.token-made", keyId: mock.key.keyId, issuedAt: expect.any(Date) });
    expect(Number((made as { issuedAt: Date }).issuedAt) % (30 * MINUTE)).toBe(0);
  });

  test("tell each attempt, and of a rejection its status and reason", async () => {
    const { mock, of, pass, ring } = await rig();
    mock.script("*", [503, 503, 410]);
    const result = await pass(ring());
    expect(of("apns.attempt").map(({ attempt, apnsId }) => [attempt, apnsId])).toEqual(
      [1, 2, 3].map(attempt => [attempt, result.apnsId]),
    );
    expect(of("apns.result")).toMatchObject([
      {
        outcome: "rejected",
        status: 410,
        reason: "Unregistered",
        attempts: 3,
        tokenPrefix: expect.stringMatching(prefix),
      },
    ]);
  });

  test("tell of an unsent and of an unknown push its error, the same as the result", async () => {
    const { mock, of, pass, ring } = await rig();
    mock.script("*", [{ fault: "silence" }]);
    const unknown = await pass(ring());
    mock.faults.refuseConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const unsent = await pass(ring());
    const results = of("apns.result");
    expect(results.map(({ outcome }) => outcome)).toEqual(["unknown", "unsent"]);
    expect(results[0]?.error).toBe("error" in unknown && unknown.error);
    expect(results[1]?.error).toBe("error" in unsent && unsent.error);
    expect(results[1]?.milliseconds).toBeGreaterThan(29_000);
  });

  test("tell of a connection that fails: where, why, and when the next try is", async () => {
    const { mock, of, pass, ring } = await rig();
    mock.faults.refuseConnections(2);
    mock.faults.cut();
    await mock.clock.advance(1);
    await pass(ring());
    expect(of("apns.connection-failed")).toHaveLength(2);
    expect(of("apns.connection-failed")[0]).toEqual({
      type: "apns.connection-failed",
      environment: "production",
      origin: expect.stringMatching(/^https:/),
      error: expect.objectContaining({ code: "CONNECTION_FAILED" }),
      retryInMilliseconds: expect.any(Number),
    });
  });

  test.each([
    ['{"reason":"Shutdown"}', { reason: "Shutdown" }],
    ["Maximum active streams violated", {}],
    ["", {}],
  ])("tell of a GOAWAY with its debug data as it came: %s", async (debug, more) => {
    const { mock, of, ring } = await rig();
    await ring();
    mock.faults.goaway({ debug, errorCode: 0 });
    await mock.clock.advance(10);
    expect(of("apns.going-away")).toEqual([
      {
        type: "apns.going-away",
        environment: "production",
        connection: 1,
        errorCode: 0,
        lastStreamId: 2 ** 31 - 1,
        debugData: debug,
        ...more,
      },
    ]);
    expect(of("apns.connection-closed")).toMatchObject([{ connection: 1, why: expect.stringContaining("GOAWAY") }]);
  });

  test("tell how far our clock is from Apple's when Apple calls the provider token expired", async () => {
    const { mock, of, ring } = await rig();
    const date = new Date(mock.clock.now() + 3 * 60 * MINUTE).toUTCString();
    mock.script("*", Array(2).fill({ reason: "ExpiredProviderToken", headers: { date } }));
    const result = await ring();
    const [skew] = of("apns.clock-skew");
    expect(skew).toEqual({
      type: "apns.clock-skew",
      environment: "production",
      milliseconds: result.outcome === "rejected" && result.clockSkew,
    });
    // Behind; Apple's `date` has whole seconds.
    expect(Math.abs((skew?.milliseconds ?? 0) + 3 * 60 * MINUTE)).toBeLessThan(5000);
  });

  test("go to the diagnostics channel as they are, also when nobody gave a listener", async () => {
    const heard: unknown[] = [];
    const hear = (event: unknown) => heard.push(event);
    subscribe("apns-voip", hear);
    onTestFinished(() => void unsubscribe("apns-voip", hear));
    const { events, ring } = await rig();
    await ring();
    expect(heard).toHaveLength(events.length);
    for (const [index, event] of heard.entries()) expect(event).toBe(events[index]);
    heard.length = 0;
    const silent = await rig({ onEvent: undefined });
    await silent.ring();
    // The token is signed while the connection is made: either may be first.
    const types = (told: unknown[]) => told.map(event => (event as ApnsVoipEvent).type).sort();
    expect(types(heard)).toEqual(types(events));
  });
});

describe("a listener", () => {
  const broken: [string, () => unknown][] = [
    [
      "throws",
      () => {
        throw new Error("log disk full");
      },
    ],
    [
      "throws nothing",
      () => {
        throw undefined;
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("log server gone");
      },
    ],
    ["rejects in another realm", runInNewContext("async () => { throw new Error('elsewhere'); }")],
  ];
  test.each(broken)("that %s changes nothing", async (_how, listener) => {
    const noises: unknown[] = [];
    const hear = (noise: unknown) => noises.push(noise);
    process.on("unhandledRejection", hear);
    onTestFinished(() => void process.off("unhandledRejection", hear));
    const { mock, client, pass, ring } = await rig({ onEvent: listener as never });
    mock.script("*", [503]);
    expect(await pass(ring())).toMatchObject({ outcome: "accepted", attempts: 2 });
    mock.faults.cut();
    mock.faults.refuseConnections(1);
    await mock.clock.advance(10);
    expect(await pass(ring())).toMatchObject({ outcome: "accepted" });
    await client.close();
    await new Promise(resolve => setImmediate(resolve));
    expect(noises).toEqual([]);
  });
});

test("no event, result or error holds the key, the provider token or a whole device token", async () => {
  const { mock, client, events, pass, ring } = await rig();
  const shown: unknown[] = [events];
  const keep = async (promise: Promise<ApnsResult>) => void shown.push(await pass(promise));
  await keep(ring());
  for (const fault of ["refuse", "reset-before", "reset-after", "cut-before", "cut-after", "silence"] as const) {
    mock.script("*", [{ fault }]);
    await keep(ring());
  }
  for (const reason of [
    "BadDeviceToken",
    "InvalidProviderToken",
    "ExpiredProviderToken",
    "TooManyProviderTokenUpdates",
    "Odd",
  ]) {
    mock.script("*", [reason, reason]);
    await keep(ring());
  }
  mock.faults.goaway({ lastStreamId: 0, debug: "bye" });
  await keep(ring());
  mock.faults.stallConnections();
  mock.faults.cut();
  await mock.clock.advance(10);
  await keep(ring());
  mock.faults.clear();
  const { token } = mock.device();
  const mistakes = [
    { deviceToken: `${token}zz`, pushType: "voip", payload: {} },
    { deviceToken: token, pushType: "voip", payload: { a: 1n } },
    { deviceToken: token, pushType: "voip", payload: { a: "x".repeat(6000) } },
  ] as const;
  for (const push of mistakes) shown.push(await client.send(push).catch(error => error));
  const text = [
    JSON.stringify(shown),
    inspect(shown, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  ].join();
  const authorizations = new Set(mock.pushes.map(({ headers }) => headers.authorization ?? ""));
  expect(authorizations.size).toBeGreaterThan(0);
  const secrets = [
    ...[...authorizations].flatMap(value => value.replace("bearer ", "").split(".")),
    ...mock.key.key.split("\n").filter(line => line.length > 8 && !line.startsWith("-----")),
    ...mock.devices.map(device => device.token.slice(13)),
    token.slice(13),
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).toContain("...");
});
