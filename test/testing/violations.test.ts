import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createMockApns, type MockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL, open, providerToken, request, voipHeaders } from "./apple.js";
import { rawClient } from "./raw-client.js";

const MINUTE = 60_000;

function sender(mock: MockApns) {
  const phone = mock.device();
  const first = providerToken(mock.key, { issuedAt: mock.clock.now() });
  const push = async (
    payload: object = CALL,
    { token, headers = {} }: { token?: string; headers?: Record<string, string | undefined> } = {},
  ) => {
    const response = await mock.fetch(`https://api.push.apple.com/3/device/${phone.token}`, {
      method: "POST",
      headers: voipHeaders(token ?? (await first), headers) as Record<string, string>,
      body: JSON.stringify(payload),
    });
    return response.status;
  };
  const tokenAt = (age: number) => providerToken(mock.key, { issuedAt: mock.clock.now() - age });
  return { phone, push, tokenAt };
}

const rules = (mock: MockApns) => mock.violations.map(({ rule }) => rule);

describe("the mock notes", () => {
  it("nothing about a sender that behaves", async () => {
    const mock = createMockApns();
    const { push } = sender(mock);
    for (let i = 0; i < 20; i++) await push({ ...CALL, callId: i });
    assert.deepEqual(mock.violations, []);
  });

  it("what, where and why, in a message that a failing assertion prints", async () => {
    const mock = createMockApns();
    const { phone, push } = sender(mock);
    const id = randomUUID();
    await push({ ...CALL, type: "call.cancel" }, { headers: { "apns-id": id } });
    const [found] = mock.violations;
    expect(found).toMatchObject({ rule: "call-missing", environment: "production", connection: 1, apnsId: id });
    expect(found?.message).toContain(
      `VoIP push without a call: its type is "call.cancel" (production, connection 1, device ${phone.token.slice(0, 12)}..., apns-id ${id}). iOS kills an app`,
    );
    expect(() => assert.deepEqual(mock.violations, [])).toThrow(/its type is "call.cancel"/);
    expect(JSON.stringify(mock.violations)).not.toContain(phone.token);
  });

  it("a VoIP push whose call cannot be read", async () => {
    const mock = createMockApns();
    const { push } = sender(mock);
    await push({ aps: {} });
    expect(mock.violations).toMatchObject([{ rule: "call-missing", message: expect.stringContaining("no callId") }]);
  });

  it("a call that the app itself would read, if told how it reads", async () => {
    const call = {
      type: "call.incoming",
      callId: "a",
      fromUserId: 1,
      fromDisplayName: "One",
      room: "r",
      hasVideo: false,
    } as const;
    const mock = createMockApns({ readCall: () => ({ call, announced: true }) });
    const { phone, push } = sender(mock);
    await push({ aps: {}, ring: 1 });
    expect([mock.violations, phone.calls]).toEqual([[], [call]]);
  });

  it("a VoIP push without expiration", async () => {
    const mock = createMockApns();
    await sender(mock).push(CALL, { headers: { "apns-expiration": undefined } });
    expect(rules(mock)).toEqual(["expiration-missing"]);
  });

  it("a push after 410, until the app is there again", async () => {
    const mock = createMockApns();
    const { phone, push } = sender(mock);
    phone.uninstall();
    expect([await push(), rules(mock)]).toEqual([410, []]);
    expect([await push(), rules(mock)]).toEqual([410, ["push-after-410"]]);
    phone.reinstall();
    expect([await push(), await push(), rules(mock)]).toEqual([200, 200, ["push-after-410"]]);
    phone.uninstall();
    expect([await push(), rules(mock)]).toEqual([410, ["push-after-410"]]);
  });

  it("a push before retry-after is over, and none after", async () => {
    const mock = createMockApns();
    const { push } = sender(mock);
    mock.script("*", [
      { status: 503, retryAfter: 2 },
      { status: 429, retryAfter: 5 },
    ]);
    await push();
    await mock.clock.advance(500);
    await push();
    expect(mock.violations).toMatchObject([
      { rule: "retry-after-ignored", message: expect.stringMatching(/1[45]\d\d ms before/) },
    ]);
    await mock.clock.advance(5000);
    expect([await push(), mock.violations.length]).toEqual([200, 1]);
  });

  it("another provider token within 20 minutes on one connection", async () => {
    const mock = createMockApns();
    const { push, tokenAt } = sender(mock);
    await push();
    expect(await push(CALL, { token: await tokenAt(5 * MINUTE) })).toBe(429);
    expect(mock.violations).toMatchObject([
      { rule: "provider-tokens", message: expect.stringContaining("within 20 minutes on one connection") },
    ]);
  });
});

describe("the mock notes, over all connections of a team,", () => {
  /** One push with this provider token on a connection of its own, which stays open. */
  async function setUp() {
    const mock = createMockApns();
    const server = await mock.listen();
    const phone = mock.device();
    const sessions: ReturnType<typeof open>[] = [];
    const connect = () => {
      const session = open(server.url, server.ca);
      sessions.push(session);
      return session;
    };
    const push = async (session: ReturnType<typeof open>, token: string) =>
      (
        await request(
          session,
          `/3/device/${phone.token}`,
          voipHeaders(token),
          JSON.stringify({ ...CALL, callId: randomUUID() }),
        )
      ).status;
    const close = async () => {
      for (const session of sessions) session.destroy();
      await server.close();
    };
    const token = (age = 0) => providerToken(mock.key, { issuedAt: mock.clock.now() - age });
    return { mock, server, connect, push, token, close };
  }

  it("provider tokens made one after the other", async () => {
    const { mock, connect, push, token, close } = await setUp();
    for (const age of [1, 2, 3]) expect(await push(connect(), await token(age * 1000))).toBe(200);
    expect(mock.violations).toMatchObject([
      { rule: "provider-tokens", message: expect.stringContaining("3 different provider tokens within 20 minutes") },
    ]);
    await close();
  });

  it("three provider tokens in use at once, once", async () => {
    const { mock, connect, push, token, close } = await setUp();
    const uses = [];
    for (let i = 0; i < 3; i++) {
      uses.push({ session: connect(), token: await token() });
      for (const use of uses) expect(await push(use.session, use.token)).toBe(200);
      await mock.clock.advance(15 * MINUTE);
    }
    for (const use of uses) await push(use.session, use.token);
    expect(mock.violations.map(({ message }) => message.slice(0, 44))).toEqual([
      "3 provider tokens in use at the same time (p",
    ]);
    await close();
  });

  it("nothing about a fleet that changes from one token to the next", async () => {
    const { mock, connect, push, token, close } = await setUp();
    const fleet = [connect(), connect(), connect()];
    let current = await token();
    for (let period = 0; period < 4; period++) {
      const next = await token();
      for (const session of fleet) expect(await push(session, current)).toBe(200);
      await mock.clock.advance(20 * MINUTE);
      for (const session of fleet) expect(await push(session, next)).toBe(200);
      await mock.clock.advance(20 * MINUTE);
      current = next;
    }
    expect(mock.violations).toEqual([]);
    await close();
  });

  it("a connection for each push", async () => {
    const { mock, connect, push, token, close } = await setUp();
    const providerToken = await token();
    for (let i = 0; i < 5; i++) {
      const session = connect();
      await push(session, providerToken);
      session.destroy();
      await mock.clock.advance(100);
    }
    expect(mock.violations).toMatchObject([
      {
        rule: "connection-per-push",
        message: expect.stringContaining("5 connections within a minute closed after a single push"),
      },
    ]);
    await close();
  });

  it("a connection for each push that stays open", async () => {
    const { mock, connect, push, token, close } = await setUp();
    const providerToken = await token();
    for (let i = 0; i < 50; i++) await push(connect(), providerToken);
    expect(mock.violations).toMatchObject([
      { rule: "connection-per-push", message: expect.stringContaining("50 connections within a minute for 49 pushes") },
    ]);
    await close();
  });

  it("nothing about connections that a fault has ended", async () => {
    const { mock, connect, push, token, close } = await setUp();
    const providerToken = await token();
    for (let i = 0; i < 8; i++) {
      const session = connect();
      await push(session, providerToken);
      mock.faults.goaway();
      session.destroy();
      await mock.clock.advance(100);
    }
    expect(mock.violations).toEqual([]);
    await close();
  });

  it("new streams after a GOAWAY that the sender has read", async () => {
    const { mock, server, close } = await setUp();
    const client = await rawClient(server.url, server.ca);
    client.request(1, "/3/device/ab");
    await client.seen("headers");
    mock.faults.goaway();
    await client.seen("ping");
    expect(mock.violations).toEqual([]);
    client.request(3, "/3/device/ab");
    await client.seen("headers");
    expect(mock.violations.map(({ rule }) => rule)).toEqual(["stream-after-goaway"]);
    client.destroy();
    await close();
  });
});
