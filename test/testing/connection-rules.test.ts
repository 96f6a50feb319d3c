import type { ClientHttp2Session } from "node:http2";
import { createMockApns, type MockApns, type MockApnsListener, type MockDevice, type MockKey } from "apns-voip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open, providerToken, request, voipHeaders } from "./apple.js";

const MINUTE = 60_000;

describe("what Apple binds to a connection", () => {
  let mock: MockApns;
  let server: MockApnsListener;
  let phone: MockDevice;
  let sessions: ClientHttp2Session[];

  beforeEach(async () => {
    mock = createMockApns();
    server = await mock.listen();
    phone = mock.device();
    sessions = [];
  });
  afterEach(async () => {
    for (const session of sessions) session.destroy();
    await server.close();
  });

  const connect = (origin = server.url) => {
    const session = open(origin, server.ca);
    sessions.push(session);
    return session;
  };
  const tokenOf = (key: MockKey, age = 0) => providerToken(key, { issuedAt: mock.clock.now() - age });
  /** `200`, or the reason. */
  const push = async (session: ClientHttp2Session, token: string, to = phone) => {
    const { status, reason } = await request(session, `/3/device/${to.token}`, voipHeaders(token));
    return reason ?? status;
  };

  it("one team: a second one spoils the connection for both, and a fresh one serves either", async () => {
    const otherKey = mock.addKey({ teamId: "OTHERTEAM1" });
    const otherPhone = mock.device({ teamId: "OTHERTEAM1" });
    const [token, otherToken] = [await tokenOf(mock.key), await tokenOf(otherKey)];
    const session = connect();
    expect(await push(session, token)).toBe(200);
    expect(await push(session, otherToken, otherPhone)).toBe("InvalidProviderToken");
    expect(await push(session, token)).toBe("InvalidProviderToken");
    expect(await push(connect(), token)).toBe(200);
    expect(await push(connect(), otherToken, otherPhone)).toBe(200);
  });

  it("one family of keys: a related one may follow, no other", async () => {
    const topics = ["com.example.app"];
    const first = mock.addKey({ topics });
    const related = mock.addKey({ topics, relatedTo: first.keyId });
    const session = connect();
    expect(await push(session, await tokenOf(first))).toBe(200);
    expect(await push(session, await tokenOf(mock.addKey({ topics })))).toBe("UnrelatedKeyIdInToken");
    expect(await push(session, await tokenOf(mock.key))).toBe("UnrelatedKeyIdInToken");
    await mock.clock.advance(21 * MINUTE);
    expect(await push(session, await tokenOf(related))).toBe(200);
    const team = connect();
    expect(await push(team, await tokenOf(mock.key))).toBe(200);
    expect(await push(team, await tokenOf(first))).toBe("UnrelatedKeyIdInToken");
  });

  it("one provider token for 20 minutes: another one too soon, and the connection rests as long", async () => {
    const session = connect();
    const first = await tokenOf(mock.key, 60_000);
    const second = await tokenOf(mock.key);
    expect(await push(session, first)).toBe(200);
    await mock.clock.advance(19 * MINUTE);
    expect(await push(session, second)).toBe("TooManyProviderTokenUpdates");
    expect(await push(session, first)).toBe("TooManyProviderTokenUpdates");
    await mock.clock.advance(19 * MINUTE);
    expect(await push(session, second)).toBe("TooManyProviderTokenUpdates");
    expect(await push(connect(), second)).toBe(200);
    await mock.clock.advance(2 * MINUTE);
    expect(await push(session, second)).toBe(200);
  });

  it("a new provider token after 20 minutes is welcome, time on the network not counted", async () => {
    const session = connect();
    expect(await push(session, await tokenOf(mock.key))).toBe(200);
    await mock.clock.advance(20 * MINUTE - 1000);
    expect(await push(session, await tokenOf(mock.key))).toBe(200);
  });

  it("an expired provider token: the connection stays stuck, a fresh one does not", async () => {
    const session = connect();
    expect(await push(session, await tokenOf(mock.key, 61 * MINUTE))).toBe("ExpiredProviderToken");
    const fresh = await tokenOf(mock.key);
    expect(await push(session, fresh)).toBe("ExpiredProviderToken");
    expect(await push(connect(), fresh)).toBe(200);
  });

  it("a provider token that expires on the way is refused", async () => {
    const session = connect();
    const token = await tokenOf(mock.key);
    expect(await push(session, token)).toBe(200);
    await mock.clock.advance(61 * MINUTE);
    expect(await push(session, token)).toBe("ExpiredProviderToken");
  });

  it("sees repeated headers on the wire", async () => {
    const headers = voipHeaders(await tokenOf(mock.key), { "apns-collapse-id": ["a", "b"] });
    const answer = await request(connect(), `/3/device/${phone.token}`, headers);
    expect(answer).toMatchObject({ status: 400, reason: "DuplicateHeaders" });
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  it("refuses streams opened before its settings were known, as nghttp2 does", async () => {
    const token = await tokenOf(mock.key);
    // Nothing is waited for from here on: the settings come in a later turn.
    const session = connect();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => push(session, token)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(results.filter(result => result.status === "rejected" && result.reason.rstCode === 7)).toHaveLength(49);
    expect(mock.violations.map(({ rule }) => rule)).toEqual(["stream-limit-exceeded"]);
  });

  it("keeps one stream until a valid token has come, also through refusals", async () => {
    const session = connect();
    await new Promise(resolve => session.once("remoteSettings", resolve));
    for (const age of [0, 1]) await push(session, `a.b.${age}`);
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1);
    const settings = new Promise(resolve => session.once("remoteSettings", resolve));
    expect(await push(session, await tokenOf(mock.key), mock.device({ environment: "sandbox" }))).toBe(
      "BadDeviceToken",
    );
    await settings;
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
  });

  it("takes the limit from its options", async () => {
    const small = createMockApns({ maxConcurrentStreams: 7 });
    const listener = await small.listen();
    const session = open(listener.url, listener.ca);
    await new Promise(resolve => session.once("remoteSettings", resolve));
    const settings = new Promise(resolve => session.once("remoteSettings", resolve));
    await request(session, "/3/device/ab", voipHeaders(await providerToken(small.key)));
    await settings;
    expect(session.remoteSettings.maxConcurrentStreams).toBe(7);
    session.destroy();
    await listener.close();
  });
});
