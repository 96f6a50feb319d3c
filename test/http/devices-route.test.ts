import { ApnsVoipError, type ApnsVoipIssue, memoryDeviceStore } from "apns-voip";
import { expect, test } from "vitest";
import { answerOf, BEARER, createWorld, DEVICES, jsonRequest } from "./world.js";

const VOIP = "9f739db8afff".padEnd(64, "0");
const ALERT = "1f739db8afff".padEnd(64, "0");
const BODY = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: VOIP };

const put = (body: unknown, headers: Record<string, string> = BEARER) => jsonRequest("PUT", DEVICES, { body, headers });
const remove = (body: unknown, headers: Record<string, string> = BEARER) =>
  jsonRequest("DELETE", DEVICES, { body, headers });

async function storedBy({ devices }: Pick<ReturnType<typeof createWorld>, "devices">, userId = "10") {
  const rows = [...(await devices.list(userId, "voip")), ...(await devices.list(userId, "alert"))];
  return rows.map(({ token }) => token);
}

test("a phone registers: 200, stored, and the log says so to the letter", async () => {
  const world = createWorld();
  const response = await world.routes.fetch(put({ ...BODY, deviceId: "phone", environment: "development" }));
  expect(await answerOf(response)).toEqual({ status: 200, body: { success: true } });
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await world.devices.list("10", "voip")).toMatchObject([
    { token: VOIP, bundleId: "com.example.app", platform: "ios", deviceId: "phone", environment: "sandbox" },
  ]);
  expect(world.lines).toEqual(["Saved voipDeviceToken for user 10: 9f739db8afff...", `PUT ${DEVICES} - 200 OK`]);
});

test("a token that is absent is left as it was", async () => {
  const world = createWorld();
  await world.routes.fetch(put(BODY));
  await world.routes.fetch(put({ ...BODY, voipDeviceToken: undefined, apnsDeviceToken: ALERT }));
  await world.routes.fetch(put({ ...BODY, apnsDeviceToken: null }));
  expect(await storedBy(world)).toEqual([VOIP, ALERT]);
});

test("without a token, or with a wrong one: 401, the same in both cases", async () => {
  const world = createWorld();
  for (const headers of [{}, { authorization: "Bearer nobody" }]) {
    const response = await world.routes.fetch(put(BODY, headers as Record<string, string>));
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answerOf(response)).toEqual({ status: 401, body: { error: "bad_token" } });
  }
  expect(await storedBy(world)).toEqual([]);
  expect(world.lines).toEqual([`PUT ${DEVICES} - 401 bad_token`, `PUT ${DEVICES} - 401 bad_token`]);
});

test("a phone that may not register is told so before the body is read", async () => {
  const { routes } = createWorld();
  const request = put("{broken", {});
  expect((await routes.fetch(request)).status).toBe(401);
  expect(request.bodyUsed).toBe(false);
});

test("authenticate gets the framework's own request", async () => {
  const { routes } = createWorld({
    routes: { authenticate: async (_request, native) => native as { userId: number } },
  });
  expect((await routes.fetch(put(BODY), { userId: 10 })).status).toBe(200);
  expect((await routes.registerDevice(put(BODY), { userId: 10 })).status).toBe(200);
});

test.each([[{}], [{ userId: "" }], [{ userId: Number.NaN }], [{ userId: null }], [undefined]])(
  "an authenticate that answers %j lets nobody in",
  async user => {
    const { routes } = createWorld({ routes: { authenticate: async () => user as never } });
    expect((await routes.fetch(put(BODY))).status).toBe(401);
  },
);

test("an authenticate that throws is 500 without a detail, and the log has the reason", async () => {
  const { routes, lines } = createWorld({
    routes: {
      authenticate: async () => {
        throw new Error("users table is gone");
      },
    },
  });
  expect(await answerOf(await routes.fetch(put(BODY)))).toEqual({ status: 500, body: { error: "internal_error" } });
  expect(lines).toEqual([`PUT ${DEVICES} - 500 internal_error (users table is gone)`]);
});

test("what is wrong is named field by field: where, what came, what is wanted", async () => {
  const { routes, lines } = createWorld();
  const { status, body } = await answerOf(
    await routes.fetch(put({ platform: "android", bundleId: 5, voipDeviceToken: "abc", environment: "staging" })),
  );
  expect(status).toBe(400);
  expect(body).toEqual({
    error: "invalid_request",
    issues: [
      { path: "platform", message: expect.stringMatching(/^platform must be "ios", .*not "android"; .*FCM/) },
      { path: "bundleId", message: expect.stringMatching(/com\.example\.app, not 5$/) },
      { path: "voipDeviceToken", message: expect.stringMatching(/hex digits.*got 3, an odd number/) },
      { path: "environment", message: expect.stringMatching(/"production".*not "staging"/) },
    ],
  });
  expect(lines).toEqual([
    expect.stringMatching(/^PUT \/api\/v1\/me\/devices - 400 invalid_request \(platform must be/),
  ]);
});

test("a token in a field that is not its own is shortened in the answer, the log and the events", async () => {
  const { routes, lines, events } = createWorld();
  const answers = [];
  for (const body of [JSON.stringify(VOIP), { ...BODY, platform: VOIP, environment: VOIP.toUpperCase() }]) {
    answers.push(await answerOf(await routes.fetch(put(body))));
  }
  expect(answers).toMatchObject([{ status: 400 }, { status: 400 }]);
  expect(JSON.stringify(answers)).toContain("9f739db8afff...");
  expect(JSON.stringify([answers, lines, events])).not.toMatch(/9f739db8afff0/i);
});

test("a registration without a token is 400", async () => {
  const { routes } = createWorld();
  const { status, body } = await answerOf(await routes.fetch(put({ ...BODY, voipDeviceToken: null })));
  expect(status).toBe(400);
  expect(body.issues).toEqual([{ path: "voipDeviceToken", message: expect.stringContaining("both missing") }]);
});

test("one good and one bad token stores neither", async () => {
  const world = createWorld();
  expect((await world.routes.fetch(put({ ...BODY, apnsDeviceToken: "APA91:b" }))).status).toBe(400);
  expect(await storedBy(world)).toEqual([]);
});

test("bundleIds lets only those apps register", async () => {
  const world = createWorld({ routes: { bundleIds: ["com.example.app", "com.example.app.dev"] } });
  expect((await world.routes.fetch(put({ ...BODY, bundleId: "com.example.app.dev" }))).status).toBe(200);
  expect((await world.routes.fetch(put({ ...BODY, bundleId: " com.example.app\n" }))).status).toBe(200);
  const { status, body } = await answerOf(await world.routes.fetch(put({ ...BODY, bundleId: "com.evil.app" })));
  expect(status).toBe(400);
  expect(body.issues).toEqual([{ path: "bundleId", message: expect.stringContaining("com.evil.app") }]);
  expect(await storedBy(world)).toEqual([VOIP]);
});

test.each([
  ["save", put],
  ["remove", remove],
] as const)(
  "a store whose %s fails is 500 without a detail; the log has it, without the token",
  async (method, ask) => {
    const devices = memoryDeviceStore();
    devices[method] = async () => Promise.reject(new Error(`cannot write ${VOIP}`));
    const { routes, lines, events } = createWorld({ devices });
    const { status, body } = await answerOf(await routes.fetch(ask(BODY)));
    expect({ status, body }).toEqual({ status: 500, body: { error: "internal_error" } });
    expect(lines.join("\n")).toContain("cannot write 9f739db8afff...");
    expect(lines.join("\n")).not.toContain(VOIP);
    for (const event of events) {
      expect(
        "error" in event && event.error instanceof Error ? event.error.message : JSON.stringify(event),
      ).not.toContain(VOIP);
    }
  },
);

test.each<[string, ApnsVoipIssue[], ApnsVoipIssue]>([
  [
    "fields",
    [{ path: "deviceId", message: `too long beside ${VOIP}` }],
    { path: "deviceId", message: "too long beside 9f739db8afff..." },
  ],
  ["no field", [], { path: "", message: "not this device" }],
])("a store that refuses what it is to keep, naming %s, is 400 and has not failed", async (_, issues, shown) => {
  const devices = memoryDeviceStore();
  const refusal = new ApnsVoipError("INVALID_REGISTRATION", "not this device", { issues });
  devices.save = async () => Promise.reject(refusal);
  const { routes, lines, events, push } = createWorld({ devices });
  const answer = await answerOf(await routes.fetch(put(BODY)));
  expect(answer).toEqual({ status: 400, body: { error: "invalid_request", issues: [shown] } });
  expect(lines).toEqual([`PUT ${DEVICES} - 400 invalid_request (${shown.message})`]);
  expect(events.map(({ type }) => type)).not.toContain("push.store-failed");
  await expect(push.registerDevice(10, { ...BODY, platform: "ios" })).rejects.toMatchObject({
    code: "INVALID_REGISTRATION",
  });
});

test("a second token that cannot be saved is 500, so that the phone tries again", async () => {
  const devices = memoryDeviceStore();
  const save = devices.save;
  devices.save = async device => (device.pushType === "alert" ? Promise.reject(new Error("full")) : save(device));
  const { routes } = createWorld({ devices });
  expect((await routes.fetch(put({ ...BODY, apnsDeviceToken: ALERT }))).status).toBe(500);
});

test("a phone signs out: its tokens are gone, and the log says so", async () => {
  const world = createWorld();
  await world.routes.fetch(put({ ...BODY, apnsDeviceToken: ALERT }));
  world.lines.length = 0;
  const response = await world.routes.fetch(remove({ ...BODY, voipDeviceToken: VOIP.toUpperCase() }));
  expect(await answerOf(response)).toEqual({ status: 200, body: { success: true } });
  expect(await storedBy(world)).toEqual([ALERT]);
  expect(world.lines).toEqual(["Deleted voipDeviceToken for user 10: 9f739db8afff...", `DELETE ${DEVICES} - 200 OK`]);
});

test("nobody can sign out another user's phone", async () => {
  const world = createWorld();
  await world.routes.fetch(put(BODY));
  expect((await world.routes.fetch(remove(BODY, { authorization: "Bearer user-11" }))).status).toBe(200);
  expect(await storedBy(world)).toEqual([VOIP]);
});

test("DELETE fails as PUT does", async () => {
  const { routes } = createWorld();
  expect(await answerOf(await routes.fetch(remove(BODY, {})))).toEqual({ status: 401, body: { error: "bad_token" } });
  expect((await routes.fetch(remove({ voipDeviceToken: "x" }))).status).toBe(400);
  expect((await routes.fetch(remove({}))).status).toBe(400);
  expect((await routes.fetch(jsonRequest("DELETE", DEVICES, { headers: BEARER }))).status).toBe(400);
});

test("an authenticate of the app's own may say why it refused, and only the log learns of it", async () => {
  const { routes, events } = createWorld({ routes: { authenticate: async () => ({ refused: "session ended" }) } });
  const request = jsonRequest("PUT", DEVICES, { body: {} });
  expect(await answerOf(await routes.fetch(request))).toEqual({ status: 401, body: { error: "bad_token" } });
  expect(events.at(-1)).toMatchObject({ type: "http.answered", status: 401, detail: "session ended" });
});
