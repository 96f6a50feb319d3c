import { memoryDeviceStore } from "apns-voip";
import { expect, test } from "vitest";
import { ADMIN, answerOf, CALL, CALL_BODY, createWorld, jsonRequest, MESSAGE, type WorldOptions } from "./world.js";

const MESSAGE_BODY = { toUserId: 10, title: "Ann", body: "Hi", extra: { chatId: 7, fromUserId: 11 } };

const call = (body: unknown = CALL_BODY, headers: Record<string, string> = ADMIN) =>
  jsonRequest("POST", CALL, { body, headers });
const message = (body: unknown = MESSAGE_BODY, headers: Record<string, string> = ADMIN) =>
  jsonRequest("POST", MESSAGE, { body, headers });

async function worldWithPhone(options: WorldOptions = {}, pushType: "voip" | "alert" = "voip") {
  const world = createWorld(options);
  const phone = world.mock.device({ token: "9f739db8afff".padEnd(64, "0"), pushType });
  await world.devices.save(phone.device());
  return { ...world, phone };
}

test("a call rings: 200 with what became of each device, and the log lines that operators know", async () => {
  const { routes, mock, phone, lines } = await worldWithPhone();
  const { status, body } = await answerOf(await routes.fetch(call()));
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      success: true,
      devices: [
        {
          token: "9f739db8afff...",
          environment: "production",
          outcome: "accepted",
          apnsId: mock.pushes[0]?.apnsId,
        },
      ],
    },
  });
  expect(phone.calls).toEqual([
    {
      type: "call.incoming",
      callId: "11-10",
      fromUserId: 11,
      fromDisplayName: "User 11",
      room: "p2p:11-10",
      hasVideo: true,
    },
  ]);
  expect(lines.filter(line => !/^(APNs answered|Learned)/.test(line))).toEqual([
    "POST /api/internal/push/call - toUserId: 10",
    "Retrieved voipDeviceToken for user 10: 9f739db8afff...",
    "Sending VoIP Push to APNs...",
    "✅ VoIP Push sent successfully to APNs",
  ]);
});

test("in the sandbox the answer has the id by which Apple's console finds the push", async () => {
  const { routes, mock, devices } = await worldWithPhone();
  await devices.save(mock.device({ environment: "sandbox" }).device(20));
  const { body } = await answerOf(await routes.fetch(call({ ...CALL_BODY, toUserId: 20 })));
  expect(body).toMatchObject({ devices: [{ environment: "sandbox", apnsUniqueId: expect.any(String) }] });
});

test("a message is shown: 200, type chat.message, fromUserId as text, extra at the top level", async () => {
  const { routes, phone, lines } = await worldWithPhone({}, "alert");
  const { status, body } = await answerOf(await routes.fetch(message()));
  expect({ status, body }).toMatchObject({ status: 200, body: { success: true, devices: [{ outcome: "accepted" }] } });
  expect(phone.notifications).toEqual([
    {
      aps: { alert: { title: "Ann", body: "Hi" }, sound: "default" },
      type: "chat.message",
      fromUserId: "11",
      chatId: 7,
    },
  ]);
  expect(lines).toContain("POST /api/internal/push/message - toUserId: 10");
  expect(lines).toContain("✅ Push sent successfully to APNs");
});

test.each([
  ["no admin token", {}],
  ["a wrong one", { "x-admin-token": "wrong" }],
  ["one that only begins right", { "x-admin-token": "admin-secret-12" }],
  ["an empty one", { "x-admin-token": "" }],
  ["a Bearer token instead", { authorization: "Bearer admin-secret-1" }],
])("%s is 401 unauthorized for calls and messages, and nothing rings", async (_, headers) => {
  const { routes, mock, lines } = await worldWithPhone();
  for (const request of [call(CALL_BODY, headers as never), message(MESSAGE_BODY, headers as never)]) {
    expect(await answerOf(await routes.fetch(request))).toEqual({ status: 401, body: { error: "unauthorized" } });
    expect(request.bodyUsed).toBe(false);
  }
  expect(mock.pushes).toEqual([]);
  expect(lines[0]).toBe("POST /api/internal/push/call - 401 unauthorized");
});

test("of several admin tokens each is good", async () => {
  const { routes } = await worldWithPhone({ routes: { adminToken: ["old", "new\n"] } });
  expect((await routes.fetch(call(CALL_BODY, { "x-admin-token": "old" }))).status).toBe(200);
  expect((await routes.fetch(call(CALL_BODY, { "x-admin-token": "new" }))).status).toBe(200);
  expect((await routes.fetch(call(CALL_BODY, { "x-admin-token": "older" }))).status).toBe(401);
});

test("a user without a device is 404, in the words that callers compare", async () => {
  const { routes, lines } = createWorld();
  expect(await answerOf(await routes.fetch(call()))).toEqual({
    status: 404,
    body: { error: "VoIP token not found" },
  });
  expect(await answerOf(await routes.fetch(message()))).toEqual({
    status: 404,
    body: { error: "APNs token not found" },
  });
  expect(lines).toEqual([
    "POST /api/internal/push/call - toUserId: 10",
    "❌ VoIP token not found for user 10",
    "POST /api/internal/push/message - toUserId: 10",
    "❌ APNs token not found for user 10",
  ]);
});

test("refused by Apple is 500 with the reasons, and not worth a retry", async () => {
  const { routes, mock, lines } = await worldWithPhone();
  mock.script("*", ["TopicDisallowed"]);
  expect(await answerOf(await routes.fetch(call()))).toEqual({
    status: 500,
    body: {
      error: "Failed to send VoIP push",
      status: "failed",
      reasons: ["TopicDisallowed"],
      retryable: false,
    },
  });
  expect(lines.at(-1)).toBe("❌ APNs error: TopicDisallowed");
});

test("a message refused by Apple is 500 in its own words", async () => {
  const { routes, mock } = await worldWithPhone({}, "alert");
  mock.script("*", ["TopicDisallowed"]);
  expect(await answerOf(await routes.fetch(message()))).toEqual({
    status: 500,
    body: { error: "Failed to send push", status: "failed", reasons: ["TopicDisallowed"], retryable: false },
  });
});

test("a token that both environments refuse is 500, and the log names BadDeviceToken", async () => {
  const { routes, devices, lines } = createWorld();
  await devices.save({
    userId: "10",
    token: "ab".repeat(32),
    pushType: "voip",
    platform: "ios",
    registeredAt: new Date(),
  });
  expect((await answerOf(await routes.fetch(call()))).body).toMatchObject({
    status: "failed",
    reasons: ["BadDeviceToken"],
    retryable: false,
  });
  expect(lines.at(-1)).toBe("❌ APNs error: BadDeviceToken");
});

test("a 5xx of Apple's makes a retry worth while", async () => {
  const { routes, mock, apns } = await worldWithPhone();
  await apns.warmUp();
  mock.script("*", [503, 503, 503]);
  const response = routes.fetch(call());
  await mock.clock.advance(5000);
  expect((await answerOf(await response)).body).toMatchObject({
    status: "failed",
    reasons: ["ServiceUnavailable"],
    retryable: true,
  });
});

test("a phone that may still ring makes a retry worth while, a malformed token does not", async () => {
  const { routes, mock, apns, devices, phone } = await worldWithPhone();
  await devices.save({ ...phone.device(), token: "malformed", registeredAt: new Date(0) });
  await apns.warmUp();
  mock.script(phone.token, [503, 503, 503, "TopicDisallowed"]);
  const first = routes.fetch(call());
  await mock.clock.advance(5000);
  expect((await answerOf(await first)).body).toMatchObject({
    reasons: ["ServiceUnavailable", "INVALID_DEVICE_TOKEN"],
    retryable: true,
  });
  expect((await answerOf(await routes.fetch(call()))).body).toMatchObject({ retryable: false });
});

test("an outcome that nobody knows is 500 unknown, and must not be retried", async () => {
  const { routes, mock } = await worldWithPhone({ service: { onUnknown: "report" } });
  mock.script("*", [{ fault: "reset-after" }]);
  expect(await answerOf(await routes.fetch(call()))).toEqual({
    status: 500,
    body: { error: "Failed to send VoIP push", status: "unknown", reasons: ["CONNECTION_LOST"], retryable: false },
  });
});

test("one phone that may have rung rules a retry out, whatever the others say", async () => {
  const { routes, mock, apns, devices, phone } = await worldWithPhone({ service: { onUnknown: "report" } });
  const other = mock.device();
  await devices.save(other.device());
  await apns.warmUp();
  mock.script(phone.token, [{ fault: "reset-after" }]);
  mock.script(other.token, [503, 503, 503]);
  const response = routes.fetch(call());
  await mock.clock.advance(5000);
  expect((await answerOf(await response)).body).toMatchObject({ status: "unknown", retryable: false });
});

test("Idempotency-Key: a repeat is 200, duplicate, and rings nothing", async () => {
  const { routes, mock, lines } = await worldWithPhone();
  const headers = { ...ADMIN, "idempotency-key": "k-1" };
  expect((await routes.fetch(call(CALL_BODY, headers))).status).toBe(200);
  expect(await answerOf(await routes.fetch(call(CALL_BODY, headers)))).toEqual({
    status: 200,
    body: { success: true, duplicate: true, devices: [] },
  });
  expect(mock.pushes).toHaveLength(1);
  expect(lines.at(-1)).toBe("VoIP Push to user 10 not sent again: a repeat of the same request");
});

test("a blank Idempotency-Key is none, an endless one is refused", async () => {
  const { routes, mock } = await worldWithPhone();
  const keyed = (key: string) => routes.fetch(call(CALL_BODY, { ...ADMIN, "idempotency-key": key }));
  await keyed(" ");
  await keyed(" ");
  expect(mock.pushes).toHaveLength(2);
  const { status, body } = await answerOf(await keyed("k".repeat(256)));
  expect(status).toBe(400);
  expect(body.issues).toEqual([{ path: "Idempotency-Key", message: expect.stringContaining("255") }]);
});

test.each([
  ["no callee", { ...CALL_BODY, toUserId: undefined }, "toUserId"],
  ["no call id", { ...CALL_BODY, callId: undefined }, "callId"],
  ["an unclear flag", { ...CALL_BODY, hasVideo: "yes" }, "hasVideo"],
  ["another type", { ...CALL_BODY, type: "call.cancel" }, "type"],
])("a call with %s is 400, by the name of the field", async (_, body, field) => {
  const { routes, mock } = await worldWithPhone();
  const answer = await answerOf(await routes.fetch(call(body)));
  expect(answer).toMatchObject({
    status: 400,
    body: { error: "invalid_request", issues: [{ path: field, message: expect.stringContaining(field) }] },
  });
  expect(mock.pushes).toEqual([]);
});

test("a message that does not fit is 400, by the name of the field", async () => {
  const { routes } = await worldWithPhone({}, "alert");
  expect(await answerOf(await routes.fetch(message({ toUserId: 10, body: "Hi" })))).toMatchObject({
    status: 400,
    body: { issues: [{ path: "title" }] },
  });
  const tooLarge = { ...MESSAGE_BODY, extra: { data: "x".repeat(5000) } };
  expect(await answerOf(await routes.fetch(message(tooLarge)))).toMatchObject({
    status: 400,
    body: { issues: [{ message: expect.stringContaining("4096") }] },
  });
});

test("a payload that is too large for Apple is 400, with the numbers", async () => {
  const { routes } = await worldWithPhone();
  const answer = await answerOf(await routes.fetch(call({ ...CALL_BODY, fromDisplayName: "x".repeat(6000) })));
  expect(answer).toMatchObject({ status: 400, body: { issues: [{ message: expect.stringContaining("5120") }] } });
});

test("the ids of the answer never hold a whole token, for two phones as for one", async () => {
  const { routes, devices, mock, phone } = await worldWithPhone();
  const other = mock.device({ environment: "sandbox" });
  await devices.save({ ...other.device(), registeredAt: new Date(0) });
  mock.script(phone.token, ["TopicDisallowed"]);
  const text = await (await routes.fetch(call())).text();
  expect(JSON.parse(text).devices).toMatchObject([
    { outcome: "rejected", reason: "TopicDisallowed", environment: "production" },
    { token: `${other.token.slice(0, 12)}...`, outcome: "accepted", environment: "sandbox" },
  ]);
  expect(text).not.toContain(phone.token);
  expect(text).not.toContain(other.token);
});

test("a store that fails is 500 without its words, and worth a retry, since nothing was sent", async () => {
  const devices = memoryDeviceStore();
  devices.list = async () => Promise.reject(new Error("password authentication failed for user postgres"));
  const { routes, lines } = createWorld({ devices });
  const response = await routes.fetch(call());
  expect(await answerOf(response)).toEqual({
    status: 500,
    body: { error: "Failed to send VoIP push", status: "failed", reasons: ["STORE_FAILED"], retryable: true },
  });
  expect(lines).toContain(
    "❌ Store error: the device store failed to list: password authentication failed for user postgres",
  );
});

test("a caller that goes away does not stop the ring", async () => {
  const { routes, mock, phone, apns } = await worldWithPhone();
  await apns.warmUp();
  mock.script("*", [{ delay: 500 }]);
  const abort = new AbortController();
  const response = routes.fetch(jsonRequest("POST", CALL, { body: CALL_BODY, headers: ADMIN, signal: abort.signal }));
  await mock.clock.advance(100);
  abort.abort();
  await mock.clock.advance(500);
  expect((await response).status).toBe(200);
  expect(phone.calls).toHaveLength(1);
});

test("each route also works by itself, under any path", async () => {
  const { routes, phone } = await worldWithPhone();
  const request = jsonRequest("POST", "/ring", { body: CALL_BODY, headers: ADMIN });
  expect((await routes.pushCall(request)).status).toBe(200);
  expect(phone.calls).toHaveLength(1);
  expect((await routes.pushMessage(jsonRequest("POST", "/x", { body: MESSAGE_BODY, headers: ADMIN }))).status).toBe(
    404,
  );
});

test("a message with keys that do not exist is sent without them, and they are named", async () => {
  const { routes, phone, lines } = await worldWithPhone({}, "alert");
  const body = { ...MESSAGE_BODY, type: "call.missed", colapseId: "11-10", urgent: true };
  const answer = await answerOf(await routes.fetch(message(body)));
  expect(answer).toMatchObject({ status: 200, body: { success: true, ignored: ["colapseId", "urgent"] } });
  expect(phone.notifications[0]).toMatchObject({ type: "call.missed" });
  expect(lines).toContain("⚠️ POST /api/internal/push/message: sent without what does not exist: colapseId, urgent");
});

test.each(["9007199254740993", "18446744073709551615", "9223372036854775807"])(
  "ids of 64 bits (%s) are those that were sent, also where they were sent as numbers",
  async id => {
    const { routes, mock, devices } = createWorld();
    const phone = mock.device();
    await devices.save(phone.device(id));
    const body = `{"toUserId": ${id}, "callId": ${id}, "fromUserId": ${id}}`;
    expect((await routes.fetch(call(body))).status).toBe(200);
    expect(phone.calls).toMatchObject([{ callId: id, fromUserId: id, room: `p2p:${id}` }]);
    expect((await routes.fetch(message(`{"toUserId": ${id}, "title": "Ann", "body": "Hi"}`))).status).toBe(404);
  },
);

test("a number of another key stays what JSON makes of it, and one that is no integer is no id", async () => {
  const { routes, mock } = await worldWithPhone({}, "alert");
  const body = '{"toUserId": 10, "title": "Ann", "body": "Hi", "extra": {"size": 1234567890123456789}}';
  expect((await routes.fetch(message(body))).status).toBe(200);
  expect(mock.pushes.map(({ payload }) => payload)).toMatchObject([{ size: Number("1234567890123456789") }]);
  for (const id of ["1e30", "9007199254740992.5"]) {
    const { status, body } = await answerOf(
      await routes.fetch(call(`{"toUserId": ${id}, "callId": 1, "fromUserId": 1}`)),
    );
    expect({ status, issues: body.issues }).toEqual({
      status: 400,
      issues: [{ path: "toUserId", message: expect.stringMatching(/may have lost digits: send ids .* as text$/) }],
    });
  }
});
