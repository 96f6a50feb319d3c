import { createMockApns } from "apns-voip/testing";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { CALL, open, providerToken, request, voipHeaders } from "./apple.js";

describe("the mock over HTTP/2 and TLS", async () => {
  const mock = createMockApns();
  const server = await mock.listen();
  const token = await providerToken(mock.key);
  const sessions: ReturnType<typeof open>[] = [];
  const connect = (origin = server.url) => {
    const session = open(origin, server.ca);
    sessions.push(session);
    return session;
  };
  afterEach(() => sessions.splice(0).forEach(session => void session.destroy()));
  afterAll(() => server.close());

  it("accepts a call push and rings the phone", async () => {
    const phone = mock.device();
    const answer = await request(connect(), `/3/device/${phone.token}`, voipHeaders(token));
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(phone.calls).toEqual([{ ...CALL, room: "p2p:11-10" }]);
  });

  it("allows one stream until the first valid provider token, then 1000", async () => {
    const session = connect();
    const limits: (number | undefined)[] = [];
    session.on("remoteSettings", settings => limits.push(settings.maxConcurrentStreams));
    await new Promise(resolve => session.once("remoteSettings", resolve));
    await request(session, `/3/device/${mock.device().token}`, voipHeaders(token, { authorization: undefined }));
    expect(limits).toEqual([1]);
    await request(session, `/3/device/${mock.device().token}`, voipHeaders(token));
    expect(limits).toEqual([1, 1000]);
    expect(session.remoteSettings.maxHeaderListSize).toBe(8000);
  });

  it("keeps production and sandbox apart", async () => {
    const phone = mock.device({ environment: "sandbox" });
    const path = `/3/device/${phone.token}`;
    expect(await request(connect(), path, voipHeaders(token))).toMatchObject({ status: 400, reason: "BadDeviceToken" });
    const answer = await request(connect(server.endpoints.sandbox), path, voipHeaders(token));
    expect(answer.status).toBe(200);
    expect(answer.headers["apns-unique-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });
});
