import { ApnsVoipError, type ApnsVoipEvent, consoleLogger } from "apns-voip";
import { expect, test, vi } from "vitest";
import { ADMIN, CALL, CALL_BODY, createWorld, jsonRequest } from "./world.js";

function linesOf(event: ApnsVoipEvent, options: Parameters<typeof consoleLogger>[0] = { explain: false }): string[] {
  const lines: string[] = [];
  consoleLogger({ ...options, log: line => lines.push(line) })(event);
  return lines;
}

const PREFIX = "9f739db8afff...";
const DEVICES = "/api/v1/me/devices";
const ANSWERED = { type: "http.answered", method: "PUT", path: DEVICES, milliseconds: 1 } as const;
const FINISHED = {
  type: "push.finished",
  kind: "call",
  toUserId: "10",
  apnsIds: [],
  reasons: [],
  failures: [],
} as const;
const FAILURE = { tokenPrefix: PREFIX, environment: "production" } as const;
const RESULT = {
  type: "apns.result",
  apnsId: "id-1",
  environment: "production",
  attempts: 1,
  tokenPrefix: PREFIX,
  pushType: "voip",
  topic: "com.example.app.voip",
  milliseconds: 1,
} as const;
const ABOUT = `for ${PREFIX} (production, com.example.app.voip, apns-id id-1)`;
const refused = new ApnsVoipError("CONNECTION_FAILED", "connect ECONNREFUSED 127.0.0.1:443");

const KNOWN: readonly [ApnsVoipEvent, ...string[]][] = [
  // What operators search for, to the letter.
  [{ ...ANSWERED, status: 200 }, `PUT ${DEVICES} - 200 OK`],
  [{ ...ANSWERED, status: 401, error: "bad_token", detail: "expired" }, `PUT ${DEVICES} - 401 bad_token (expired)`],
  [
    { type: "push.device-registered", userId: "10", pushType: "voip", tokenPrefix: PREFIX },
    `Saved voipDeviceToken for user 10: ${PREFIX}`,
  ],
  [
    { type: "http.push-requested", method: "POST", path: CALL, toUserId: "10" },
    "POST /api/internal/push/call - toUserId: 10",
  ],
  [
    { type: "push.devices-found", kind: "call", toUserId: "10", tokenPrefixes: [PREFIX] },
    `Retrieved voipDeviceToken for user 10: ${PREFIX}`,
    "Sending VoIP Push to APNs...",
  ],
  [{ ...FINISHED, status: "accepted" }, "✅ VoIP Push sent successfully to APNs"],
  [{ ...FINISHED, status: "no-devices" }, "❌ VoIP token not found for user 10"],
  [{ ...FINISHED, status: "cancelled" }, "VoIP Push to user 10 cancelled before it left"],
  [{ ...FINISHED, status: "no-devices", excepted: 2 }, "VoIP Push to user 10 not sent: no phone but the 2 excepted"],
  [
    { ...FINISHED, status: "failed", failures: [{ ...FAILURE, outcome: "rejected", reason: "BadDeviceToken" }] },
    "❌ APNs error: BadDeviceToken",
  ],
  [{ type: "signal.offer", fromUserId: "11", toUserId: "10" }, "[signal] offer from 11 to 10"],
  [{ type: "signal.user-offline", toUserId: "10" }, "[signal] user 10 is offline, sending VoIP Push"],
  [{ type: "signal.push-started", kind: "call", toUserId: "10" }, "📞 Sending VoIP Push to user 10"],
  [
    { type: "signal.push-finished", kind: "call", toUserId: "10", status: "accepted", httpStatus: 200 },
    "✅ VoIP Push sent to user 10",
  ],
  [
    {
      type: "signal.push-finished",
      kind: "call",
      toUserId: "10",
      status: "failed",
      httpStatus: 401,
      message: "Request failed with status code 401",
    },
    "❌ Failed to send VoIP Push: Request failed with status code 401",
  ],
  [
    {
      type: "signal.push-finished",
      kind: "call",
      toUserId: "10",
      status: "failed",
      message: "connect ECONNREFUSED 127.0.0.1:3000",
    },
    "❌ Failed to send VoIP Push: connect ECONNREFUSED 127.0.0.1:3000",
  ],
];

const OF_THE_SAME_MAKE: readonly [ApnsVoipEvent, ...string[]][] = [
  [{ ...ANSWERED, status: 400, error: "invalid_request", detail: "x" }, `PUT ${DEVICES} - 400 invalid_request (x)`],
  [{ ...ANSWERED, status: 200, push: "accepted" }],
  [
    { type: "push.device-registered", userId: "10", pushType: "alert", tokenPrefix: PREFIX },
    `Saved apnsDeviceToken for user 10: ${PREFIX}`,
  ],
  [
    { type: "push.device-unregistered", userId: "10", pushType: "voip", tokenPrefix: PREFIX },
    `Deleted voipDeviceToken for user 10: ${PREFIX}`,
  ],
  [
    { type: "push.devices-found", kind: "message", toUserId: "10", tokenPrefixes: [PREFIX, "ab..."] },
    `Retrieved apnsDeviceToken for user 10: ${PREFIX}`,
    "Retrieved apnsDeviceToken for user 10: ab...",
    "Sending Push to APNs...",
  ],
  [{ type: "push.devices-found", kind: "call", toUserId: "10", tokenPrefixes: [] }],
  [{ ...FINISHED, kind: "message", status: "accepted" }, "✅ Push sent successfully to APNs"],
  [{ ...FINISHED, kind: "message", status: "no-devices" }, "❌ APNs token not found for user 10"],
  [{ ...FINISHED, status: "duplicate" }, "VoIP Push to user 10 not sent again: a repeat of the same request"],
  [
    { ...FINISHED, status: "accepted", failures: [{ ...FAILURE, outcome: "rejected", reason: "Unregistered" }] },
    "✅ VoIP Push sent successfully to APNs",
    "❌ APNs error: Unregistered",
  ],
  [
    {
      ...FINISHED,
      status: "unknown",
      failures: [{ ...FAILURE, outcome: "unknown", reason: "TIMEOUT", message: "no answer" }],
    },
    "⚠️ VoIP Push may have been sent to APNs: TIMEOUT, no answer",
  ],
  [
    {
      ...FINISHED,
      status: "failed",
      failures: [{ ...FAILURE, outcome: "unsent", reason: "DEADLINE", message: "too late" }],
    },
    "❌ VoIP Push not sent to APNs: DEADLINE, too late",
  ],
  [
    { type: "push.environment-learned", userId: "10", tokenPrefix: PREFIX, environment: "sandbox" },
    `Learned that ${PREFIX} of user 10 belongs to sandbox`,
  ],
  [
    { type: "push.device-removed", userId: "10", tokenPrefix: PREFIX, reason: "Unregistered" },
    `Removed ${PREFIX} of user 10: APNs says Unregistered`,
  ],
  [
    { type: "push.store-failed", operation: "list", error: new Error("the device store failed to list: down") },
    "❌ Store error: the device store failed to list: down",
  ],
  [{ ...RESULT, outcome: "accepted", status: 200 }, `APNs answered 200 ${ABOUT}`],
  [
    { ...RESULT, outcome: "rejected", status: 400, reason: "BadDeviceToken" },
    `APNs answered 400 BadDeviceToken ${ABOUT}`,
  ],
  [
    { ...RESULT, toUserId: "10", callId: "11-10", outcome: "accepted", status: 200 },
    `APNs answered 200 for ${PREFIX} (production, com.example.app.voip, apns-id id-1, user 10, call 11-10)`,
  ],
  [
    { ...RESULT, outcome: "unsent", error: refused },
    `Nothing sent to APNs ${ABOUT}: connect ECONNREFUSED 127.0.0.1:443`,
  ],
  [
    { ...RESULT, outcome: "unknown", error: new ApnsVoipError("TIMEOUT", "no answer") },
    `No answer from APNs ${ABOUT}: no answer`,
  ],
  [
    {
      type: "apns.going-away",
      environment: "production",
      connection: 3,
      errorCode: 0,
      lastStreamId: 1,
      debugData: '{"reason":"Shutdown"}',
      reason: "Shutdown",
    },
    "APNs closes connection 3 (production): GOAWAY 0, Shutdown",
  ],
  [
    {
      type: "apns.going-away",
      environment: "sandbox",
      connection: 1,
      errorCode: 7,
      lastStreamId: 1,
      debugData: "",
    },
    "APNs closes connection 1 (sandbox): GOAWAY 7",
  ],
  [
    {
      type: "apns.connection-failed",
      environment: "production",
      origin: "https://api.push.apple.com",
      error: refused,
      retryInMilliseconds: 123.4,
    },
    "❌ No connection to APNs production at https://api.push.apple.com: connect ECONNREFUSED 127.0.0.1:443; next try in 123 ms",
  ],
  [
    { type: "apns.clock-skew", environment: "production", milliseconds: 4_000_400 },
    "⚠️ This server's clock is 4000 s ahead of Apple's: set it by NTP",
  ],
  [
    { type: "apns.clock-skew", environment: "production", milliseconds: -90_000 },
    "⚠️ This server's clock is 90 s behind Apple's: set it by NTP",
  ],
  [{ type: "signal.push-started", kind: "message", toUserId: "10" }, "💬 Sending Push to user 10"],
  [
    { type: "signal.push-finished", kind: "call", toUserId: "10", status: "duplicate" },
    "VoIP Push to user 10 not sent again: a repeat of the same request",
  ],
  [
    { type: "signal.push-finished", kind: "call", toUserId: "10", status: "unknown", message: "no answer in 10 s" },
    "⚠️ VoIP Push to user 10 may have been sent: no answer in 10 s",
  ],
  [
    { type: "signal.push-finished", kind: "message", toUserId: "10", status: "no-devices" },
    "❌ Failed to send Push: no-devices",
  ],
  [{ type: "apns.token-made", keyId: "KEY1234567", issuedAt: new Date() }],
  [{ type: "push.started", kind: "call", toUserId: "10" }],
];

test.each(KNOWN.map(([event, ...lines]) => [event, lines] as const))("%o is known as %j", (event, lines) => {
  expect(linesOf(event)).toEqual(lines);
});

test.each(OF_THE_SAME_MAKE.map(([event, ...lines]) => [event, lines] as const))("%o becomes %j", (event, lines) => {
  expect(linesOf(event)).toEqual(lines);
});

test("a refusal is followed by what it means and what to do, in either language", () => {
  const event: ApnsVoipEvent = {
    ...FINISHED,
    status: "failed",
    failures: [{ ...FAILURE, outcome: "rejected", reason: "TopicDisallowed" }],
  };
  const [error, meaning, ...rest] = linesOf(event, {});
  expect(error).toBe("❌ APNs error: TopicDisallowed");
  expect(meaning).toMatch(/^ {3}9f739db8afff\.\.\. \(production\): .{20,}/);
  expect(rest).toEqual([]);
  expect(linesOf(event, { lang: "ja" })[1]).toMatch(/[ぁ-ん]/);
});

test("text from outside can neither break a line, nor colour a terminal, nor turn its reading direction", () => {
  const evil = "10\r\n✅ VoIP Push sent\u001b[2J\u202e\u2028\u0000\u009b31m";
  const hostile: ApnsVoipEvent[] = [
    { type: "push.device-registered", userId: evil, pushType: "voip", tokenPrefix: PREFIX },
    { type: "http.push-requested", method: "POST", path: CALL, toUserId: evil },
    { type: "signal.offer", fromUserId: evil, toUserId: evil },
    { ...ANSWERED, status: 400, error: "invalid_request", detail: evil },
    { ...FINISHED, toUserId: evil, status: "no-devices" },
    { ...FINISHED, status: "failed", failures: [{ ...FAILURE, outcome: "rejected", reason: evil }] },
    { type: "push.store-failed", operation: "list", error: evil },
  ];
  for (const event of hostile) {
    const lines = linesOf(event);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(lines.join()).toContain("\\u{1b}");
  }
});

test("endless text is cut, and a token in somebody's error message is shortened", () => {
  const token = "9f739db8afff".padEnd(64, "0");
  expect(linesOf({ ...FINISHED, toUserId: "x".repeat(10_000), status: "no-devices" })[0]!.length).toBeLessThan(200);
  const error = new Error(`duplicate key value: (token)=(${token.toUpperCase()})`);
  expect(linesOf({ type: "push.store-failed", operation: "save", error })[0]).toContain("(9F739DB8AFFF...)");
});

test("without a `log` option it prints by the console.log of that moment", () => {
  const log = consoleLogger();
  const spy = vi.spyOn(console, "log").mockImplementation(() => {});
  log({ ...FINISHED, status: "accepted" });
  expect(spy.mock.calls).toEqual([["✅ VoIP Push sent successfully to APNs"]]);
  spy.mockRestore();
});

test("the log tells how a sandbox phone is rung by a production server", async () => {
  const { mock, devices, routes, lines } = createWorld();
  const phone = mock.device({ environment: "sandbox", token: "9f739db8afff".padEnd(64, "0") });
  await devices.save(phone.device());
  await routes.fetch(jsonRequest("POST", CALL, { body: CALL_BODY, headers: ADMIN }));
  expect(lines.map(line => line.replace(/apns-id [^)]+/, "apns-id"))).toEqual([
    "POST /api/internal/push/call - toUserId: 10",
    `Retrieved voipDeviceToken for user 10: ${PREFIX}`,
    "Sending VoIP Push to APNs...",
    `APNs answered 400 BadDeviceToken for ${PREFIX} (production, com.example.app.voip, apns-id)`,
    `APNs answered 200 for ${PREFIX} (sandbox, com.example.app.voip, apns-id)`,
    `Learned that ${PREFIX} of user 10 belongs to sandbox`,
    "✅ VoIP Push sent successfully to APNs",
  ]);
});
