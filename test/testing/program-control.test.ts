import { readFile } from "node:fs/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CALL, open, providerToken, request, voipHeaders } from "./apple.js";
import { startRig } from "./program.js";

describe("the control API", async () => {
  const rig = await startRig({ phones: [{ userId: 10 }, { userId: 11, environment: "sandbox" }], ringFor: 45_000 });
  const { ask, apns, program } = rig;
  afterAll(() => rig[Symbol.asyncDispose]());
  beforeEach(() => ask("POST", "reset"));

  const [first, second] = [...program.scene.handsets.keys()] as [string, string];
  const ring = (deviceToken = first, payload: object = CALL) =>
    apns.send({
      deviceToken,
      pushType: "voip",
      payload,
      environment: deviceToken === second ? "sandbox" : "production",
    });
  const phone = async (token = first) => (await ask("GET", `devices/${token}`)).body;

  describe("shows", () => {
    it("how to send to the mock, and every route with what it does", async () => {
      const { status, body } = await ask("GET", "");
      expect(status).toBe(200);
      expect(body.setUp).toEqual(program.setUp);
      for (const { method, path, summary } of body.routes) {
        expect(path).toMatch(/^\/control/);
        expect(summary, `${method} ${path}`).not.toBe("");
      }
      expect(JSON.stringify(body)).not.toContain("PRIVATE KEY");
    });

    it("a phone that rings for a client that was set up by the variables alone", async () => {
      expect(await ring()).toMatchObject({ outcome: "accepted" });
      expect(await phone()).toMatchObject({
        userId: "10",
        ringing: { ...CALL, room: "p2p:11-10" },
        callCount: 1,
        calls: [{ callId: "11-10" }],
        last: { effect: "rang" },
      });
      expect(await ring(second)).toMatchObject({ outcome: "accepted", environment: "sandbox" });
      expect((await ask("GET", "state")).body.phones.map((one: { ringing: unknown }) => one.ringing !== null)).toEqual([
        true,
        true,
      ]);
    });

    it("pushes with their verdicts, and neither the provider token nor a stranger's device token", async () => {
      await ring();
      const stranger = "ab".repeat(32);
      await ring(stranger);
      const { body } = await ask("GET", "pushes");
      expect(body).toMatchObject([
        { status: 200, reason: null, device: first, userId: "10", environment: "production", payload: CALL },
        { status: 400, reason: "BadDeviceToken", device: null, userId: null, tokenPrefix: "abababababab..." },
      ]);
      const [{ headers, providerToken }] = body;
      expect(headers).toMatchObject({ "apns-topic": "com.example.app.voip", "apns-expiration": "0" });
      expect(headers).not.toHaveProperty("authorization");
      expect(providerToken).toEqual({ kid: "MOCKKEY001", iss: "MOCKTEAM01", iat: expect.any(Number) });
      const text = JSON.stringify((await ask("GET", "state")).body);
      expect(text).not.toMatch(/eyJ|bearer/i);
      expect(text).not.toContain(stranger);
    });

    it("the headers of a push, and of strange ones only their names", async () => {
      const session = open(program.setUp.endpoints.production, await readFile(program.setUp.caPath, "utf8"));
      const jwt = await providerToken(program.mock.key);
      const strange = { cookie: "session=1", "x-admin-token": "secret", "user-agent": "own/1" };
      await request(session, `/3/device/${first}`, voipHeaders(jwt, strange));
      await request(session, `/3/device/${first}`, voipHeaders("no.jwt"));
      await request(session, `/3/device/${first}`, voipHeaders(jwt, { authorization: undefined }));
      session.destroy();
      const [push, unreadable, none] = (await ask("GET", "pushes")).body;
      expect(push.headers).toMatchObject({ cookie: "[hidden]", "x-admin-token": "[hidden]", "user-agent": "own/1" });
      expect([unreadable.providerToken, none.providerToken]).toEqual(["unreadable", null]);
    });

    it("pushes of one phone, of one user, since a number, the last few", async () => {
      for (const callId of ["a", "b"]) await ring(first, { ...CALL, callId });
      await ring(second);
      const all = (await ask("GET", "pushes")).body;
      const ids = async (query: string) =>
        (await ask("GET", `pushes?${query}`)).body.map((push: { id: number }) => push.id - all[0].id);
      expect(await ids(`device=${first.toUpperCase()}`)).toEqual([0, 1]);
      expect(await ids("userId=11")).toEqual([2]);
      expect(await ids(`since=${all[0].id}`)).toEqual([1, 2]);
      expect(await ids("limit=2")).toEqual([1, 2]);
      expect(await ids("limit=0")).toEqual([]);
      expect(await ask("GET", "pushes?since=yesterday")).toMatchObject({
        status: 400,
        body: { issues: [{ path: "since", message: 'since must be a whole number, not "yesterday"' }] },
      });
    });

    it("violations", async () => {
      await ring(first, { type: "call.cancel", callId: "1" });
      expect((await ask("GET", "violations")).body).toMatchObject([{ rule: "call-missing", id: expect.any(Number) }]);
      expect(await phone()).toMatchObject({ unannounced: 1, blocked: false, last: { effect: "no-call" } });
    });

    it("what a reason means, in both languages", async () => {
      const english = (await ask("GET", "reasons/BadDeviceToken")).body;
      const japanese = (await ask("GET", "reasons/BadDeviceToken?lang=ja")).body;
      expect(english).toMatchObject({ status: 400, disposition: "try-other-environment" });
      expect(english.meaning).toMatch(/does not know this device token/);
      expect(japanese.meaning).toMatch(/デバイストークン/);
      expect((await ask("GET", "reasons/Invented?status=410")).body).toMatchObject({ disposition: "remove-device" });
      expect((await ask("GET", "reasons")).body).toContainEqual({
        reason: "Unregistered",
        status: 410,
        disposition: "remove-device",
      });
      expect((await ask("GET", "reasons/BadDeviceToken?lang=fr")).status).toBe(400);
    });
  });

  describe("drives phones", () => {
    it("makes new ones, for calls and for notifications", async () => {
      const made = await ask("POST", "devices", { userId: 7, pushType: "alert", environment: "development" });
      expect(made).toMatchObject({
        status: 201,
        body: { userId: "7", pushType: "alert", environment: "sandbox", topic: "com.example.app" },
      });
      await apns.send({
        deviceToken: made.body.token,
        pushType: "alert",
        environment: "sandbox",
        payload: { aps: { alert: { title: "Eleven", body: "Hello" } } },
      });
      expect((await phone(made.body.token)).notifications).toEqual([
        { aps: { alert: { title: "Eleven", body: "Hello" } } },
      ]);
      expect((await ask("GET", "devices?userId=7")).body).toHaveLength(1);
    });

    it("refuses a second one with the same token", async () => {
      const token = "cd".repeat(32);
      expect((await ask("POST", "devices", { token: token.toUpperCase() })).status).toBe(201);
      expect(await ask("POST", "devices", { token })).toMatchObject({ status: 409, body: { error: "known_token" } });
    });

    it("answers and ends, declines, and says when there is no such call", async () => {
      await ring();
      expect((await ask("POST", `devices/${first}/answer`)).body).toMatchObject({ ringing: null, talking: CALL });
      expect((await ask("POST", `devices/${first}/answer`)).status).toBe(409);
      expect((await ask("POST", `devices/${first}/end`)).body).toMatchObject({ ringing: null, talking: null });
      await ring();
      expect((await ask("POST", `devices/${first}/decline`, { callId: "12-10" })).status).toBe(409);
      expect((await ask("POST", `devices/${first}/decline`, { callId: "11-10" })).body.ringing).toBeNull();
      expect(await ask("POST", `devices/${first}/end`)).toMatchObject({
        status: 409,
        body: { error: "no_such_call", message: "this phone has no such call to end" },
      });
    });

    it("lets a call that nobody takes stop by itself, so that the same id can ring again", async () => {
      await ring();
      await ask("POST", "clock", { advance: 44_000 });
      expect(await phone()).toMatchObject({ ringing: { callId: "11-10" }, missed: 0 });
      await ask("POST", "clock", { advance: 1_000 });
      expect(await phone()).toMatchObject({ ringing: null, missed: 1 });
      await ring();
      expect(await phone()).toMatchObject({ ringing: { callId: "11-10" }, callCount: 2 });
      // A call that was taken goes on.
      await ask("POST", `devices/${first}/answer`);
      await ask("POST", "clock", { advance: 100_000 });
      expect(await phone()).toMatchObject({ talking: { callId: "11-10" }, missed: 1 });
    });

    it("goes out of reach and comes back", async () => {
      expect((await ask("POST", `devices/${first}/offline`)).body.offline).toBe(true);
      const expiration = new Date(program.mock.clock.now() + 60_000);
      await apns.send({ deviceToken: first, pushType: "voip", payload: CALL, expiration });
      expect((await phone()).ringing).toBeNull();
      await ask("POST", `devices/${first}/online`);
      expect((await phone()).ringing).toMatchObject({ callId: "11-10" });
    });

    it("loses the app, the token, and gets it back", async () => {
      const at = "2026-01-31T12:00:00.000Z";
      expect((await ask("POST", `devices/${first}/uninstall`, { at })).body.inactive).toBe("Unregistered");
      expect(await ring()).toMatchObject({ reason: "Unregistered", timestamp: new Date(at) });
      expect((await ask("POST", `devices/${first}/reinstall`)).body.inactive).toBeNull();
      expect(await ring()).toMatchObject({ outcome: "accepted" });
      expect((await ask("POST", `devices/${first}/expire-token`)).body.inactive).toBe("ExpiredToken");
      expect(await ring()).toMatchObject({ reason: "ExpiredToken" });
    });

    it("lets somebody else log in", async () => {
      expect((await ask("POST", `devices/${first}/login`, { userId: 99 })).body.userId).toBe("99");
      await ask("POST", `devices/${first}/login`, { userId: "10" });
    });
  });

  describe("makes pushes go wrong", () => {
    it("with a script, for one phone or for any", async () => {
      const made = await ask("POST", "scripts", {
        token: first,
        answers: ["TopicDisallowed", { status: 410, timestamp: 0 }],
      });
      expect(made).toMatchObject({ status: 201, body: { name: "script", connections: null } });
      expect(JSON.stringify(made.body)).not.toContain(first);
      const { body } = await ask("POST", "scripts", { token: "ab", answers: Array(10).fill(500) });
      expect(body.options).toEqual({ token: "ab...", answers: [500, 500, 500, "and 7 more"] });
      expect(await ring(second)).toMatchObject({ outcome: "accepted" });
      expect(await ring()).toMatchObject({ reason: "TopicDisallowed" });
      expect(await ring()).toMatchObject({ reason: "Unregistered", timestamp: new Date(0) });
      expect(await ring()).toMatchObject({ outcome: "accepted" });
      await ask("POST", "scripts", { answers: [{ reason: "NewOne", status: 400, body: '{"reason":"Newer"}' }] });
      expect(await ring(second)).toMatchObject({ reason: "Newer" });
    });

    // Each fault as such has its tests elsewhere: here is to be seen that the API hands them on as they are meant.
    it.each([
      ["goaway", { lastStreamId: 2 ** 31 - 1, debug: '{"reason":"Shutdown"}', errorCode: 0 }],
      ["refuse-streams", { streams: 1 }],
      ["reset-streams", { streams: 1, when: "before", errorCode: 2 }],
      ["cut", {}],
      ["cut", { when: "after" }],
      ["freeze", {}],
      ["thaw", {}],
      ["stream-limit", { streams: 1 }],
      ["delay", { ms: 1, when: "before" }],
    ])("%s %j, on the connections that are open", async (name, options) => {
      await ring();
      const open = (await ask("GET", "connections")).body.length;
      expect(open).toBeGreaterThan(0);
      expect((await ask("POST", `faults/${name}`, options)).body).toMatchObject({ name, options, connections: open });
      expect((await ask("GET", "commands")).body.at(-1)).toMatchObject({ name });
      await ask("DELETE", "faults");
    });

    it.each(["refuse-connections", "stall-connections"])("%s, for those to come", async name => {
      expect((await ask("POST", `faults/${name}`, { count: 2 })).body).toMatchObject({ name, connections: null });
      expect((await ask("DELETE", "faults")).body).toMatchObject({ name: "clear" });
    });

    it("a client gets over a refused stream, and shows a cut as unknown", async () => {
      await ring();
      await ask("POST", "faults/refuse-streams", { streams: 1 });
      expect(await ring()).toMatchObject({ outcome: "accepted" });
      await ask("POST", "faults/cut", { when: "after" });
      expect(await ring()).toMatchObject({ outcome: "unknown" });
    });
  });

  it("moves time forward, which makes provider tokens of now too old", async () => {
    await using later = await startRig();
    const { ask, program } = later;
    const before = (await ask("GET", "clock")).body;
    const after = (await ask("POST", "clock", { advance: 3_600_000 })).body;
    expect(after.ahead - before.ahead).toBeGreaterThanOrEqual(3_600_000 - 100);
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000);
    const [deviceToken = ""] = program.scene.handsets.keys();
    const result = await later.apns.send({ deviceToken, pushType: "voip", payload: CALL });
    expect(result).toMatchObject({ outcome: "rejected", reason: "ExpiredProviderToken" });
  });

  it("starts afresh, with the same phones", async () => {
    await ring();
    await ask("POST", `devices/${first}/offline`);
    await ask("POST", "scripts", { answers: [500] });
    const { body } = await ask("POST", "reset");
    expect(body).toMatchObject({ pushes: [], violations: [], commands: [] });
    expect(body.phones.map((one: { token: string }) => one.token)).toEqual(expect.arrayContaining([first, second]));
    expect(await phone()).toMatchObject({ ringing: null, offline: false, callCount: 0 });
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    expect(await phone()).toMatchObject({ ringing: { callId: "11-10" } });
  });

  describe("says what is wrong with the body of", () => {
    it.each([
      ["devices", { user: 7 }, "no such field: user; there are: userId, pushType, environment, bundleId, token"],
      ["devices", { userId: {} }, "userId must be text that is not blank, or an integer, not an object"],
      ["devices", { pushType: "sms" }, 'pushType must be "voip" or "alert", not "sms"'],
      ["devices", { environment: "staging" }, /^environment must be "production", "sandbox" or "development"/],
      ["devices", { bundleId: "com.example.app.voip" }, /^bundleId must be the app's bundle id without \.voip/],
      ["devices", { token: "xyz" }, /^token: wanted the APNs device token/],
      ["scripts", {}, "answers must be a list of statuses, reasons or objects"],
      ["scripts", { answers: [] }, "answers must be a list of 1 to 1000"],
      ["scripts", { answers: [100] }, "status must be a whole number from 200 to 599, not 100"],
      ["scripts", { answers: [null] }, /^wanted: an object with the fields status, reason/],
      ["scripts", { answers: [{ headers: { connection: "close" } }] }, /^headers must be an object of header names/],
      ["scripts", { answers: [{ headers: { "x-a": "a\nb" } }] }, /^headers must be/],
      ["scripts", { answers: [{ retryAfter: -1 }] }, /^retryAfter must be seconds, or the text of the header/],
      ["scripts", { answers: [{ timestamp: "soon" }] }, /^timestamp must be a date/],
      ["scripts", { answers: [200], token: "me" }, /^token must be the device token of a phone, or "\*" for any/],
      ["faults/delay", {}, "ms is missing: it must be a whole number from 0 to 3600000"],
      ["faults/cut", { when: "later" }, 'when must be "before" or "after", not "later"'],
      ["faults/freeze", { n: 1 }, "no such field: n; there are: none"],
      ["clock", { advance: -1 }, /^advance must be a whole number from 0 to/],
      [`devices/${first}/answer`, { callId: 1 }, "callId must be text, not 1"],
      [`devices/${first}/uninstall`, { at: true }, /^at must be a date such as/],
    ])("%s %j", async (path, body, message) => {
      const said = await ask("POST", path, body);
      expect(said).toMatchObject({ status: 400, body: { error: "invalid_request" } });
      expect(said.body.issues[0].message).toEqual(
        typeof message === "string" ? message : expect.stringMatching(message),
      );
    });

    it("a body that is no JSON object, too large, or of another type", async () => {
      const post = (body: string, type = "application/json") =>
        fetch(`${program.controlUrl}/control/devices`, { method: "POST", body, headers: { "content-type": type } });
      expect((await post("{broken")).status).toBe(400);
      expect((await post("[]")).status).toBe(400);
      expect((await post(`{"userId":"${"x".repeat(70_000)}"}`)).status).toBe(413);
      expect((await post('{"userId":1}', "text/plain")).status).toBe(415);
    });

    it("a path or a method that there is not", async () => {
      expect(await ask("GET", "phones")).toMatchObject({ status: 404, body: { error: "not_found" } });
      expect((await ask("GET", `devices/${"ee".repeat(32)}`)).status).toBe(404);
      expect((await ask("POST", "faults/earthquake")).status).toBe(404);
      expect(await ask("DELETE", "devices")).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
      expect((await ask("GET", "devices/%ff")).status).toBe(400);
    });
  });

  it("has a page of documentation that names every route, every field and every variable", async () => {
    const docs = await readFile(new URL("../../docs/mock.md", import.meta.url), "utf8");
    const { routes, setUp } = (await ask("GET", "")).body;
    for (const { method, path } of routes) expect(docs).toContain(`${method} ${path}`);
    for (const name of Object.keys(setUp.env)) expect(docs).toContain(name);
  });
});
