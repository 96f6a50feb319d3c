import { describe, expect, test } from "vitest";
import { rig } from "./rig.js";

describe("an answer becomes an outcome", () => {
  test("200 is accepted, and in the sandbox carries the id to look up in Apple's console", async () => {
    const { mock, client, ring } = await rig();
    expect(await ring()).toEqual({
      apnsId: expect.any(String),
      environment: "production",
      attempts: 1,
      outcome: "accepted",
    });
    const phone = mock.device({ environment: "sandbox" });
    const result = await client.send({
      deviceToken: phone.token,
      pushType: "voip",
      payload: {},
      environment: "sandbox",
    });
    expect(result).toMatchObject({ outcome: "accepted", environment: "sandbox", apnsUniqueId: expect.any(String) });
  });

  const verdicts = [
    [{ reason: "BadDeviceToken" }, 400, "try-other-environment"],
    [{ reason: "DeviceTokenNotForTopic" }, 400, "fix-request"],
    [{ reason: "BadTopic" }, 400, "fix-request"],
    [{ reason: "TopicDisallowed" }, 400, "fix-request"],
    [{ reason: "BadExpirationDate" }, 400, "fix-request"],
    [{ reason: "BadPath" }, 404, "fix-request"],
    [{ reason: "MethodNotAllowed" }, 405, "fix-request"],
    [{ reason: "PayloadTooLarge" }, 413, "fix-request"],
    [{ reason: "Forbidden" }, 403, "fix-request"],
    [{ reason: "InvalidProviderToken" }, 403, "fix-credentials"],
    [{ reason: "MissingProviderToken" }, 403, "fix-credentials"],
    [{ reason: "BadEnvironmentKeyIdInToken" }, 403, "fix-credentials"],
    [{ reason: "BadEnvironmentKeyInToken" }, 403, "fix-credentials"],
    [{ reason: "BadCertificate" }, 403, "fix-credentials"],
    [{ reason: "BadCertificateEnvironment" }, 403, "fix-credentials"],
    [{ reason: "Unregistered" }, 410, "remove-device"],
    [{ reason: "ExpiredToken" }, 410, "remove-device"],
  ] as const;
  test.each(verdicts)("%o is rejected at once, once", async (answer, status, disposition) => {
    const { mock, ring } = await rig();
    mock.script("*", [answer]);
    expect(await ring()).toMatchObject({
      outcome: "rejected",
      status,
      reason: answer.reason,
      disposition,
      attempts: 1,
    });
    expect(mock.pushes).toHaveLength(1);
  });

  test("410 carries Apple's timestamp as a date", async () => {
    const { mock, ring } = await rig();
    const since = new Date("2026-01-02T03:04:05.678Z");
    mock.script("*", [{ reason: "Unregistered", timestamp: since }]);
    expect(await ring()).toMatchObject({ status: 410, timestamp: since });
  });

  test("a reason that Apple invents tomorrow comes through unharmed", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 400, reason: "PhoneIsAsleep" }]);
    expect(await ring()).toMatchObject({
      outcome: "rejected",
      status: 400,
      reason: "PhoneIsAsleep",
      disposition: "fix-request",
    });
  });

  test.each([
    ["empty", ""],
    ["broken", "{broken"],
    ["no object", "null"],
    ["a number for a reason", '{"reason":7}'],
    ["HTML", "<html>bad gateway</html>"],
  ])("a body that is %s still gives a result with its status", async (_what, body) => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 400, body }]);
    expect(await ring()).toMatchObject({ outcome: "rejected", status: 400, reason: "", disposition: "fix-request" });
  });
});

describe("what Apple asks to be tried again", () => {
  test.each([
    ["InternalServerError", 500],
    ["ServiceUnavailable", 503],
    ["Shutdown", 503],
    ["IdleTimeout", 400],
  ] as const)("%s is tried again on another connection, with the same apns-id", async (reason, status) => {
    const { mock, ring, of, pass } = await rig();
    mock.script("*", [{ status, reason }]);
    const result = ring();
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 2 });
    expect(new Set(mock.pushes.map(push => push.headers["apns-id"])).size).toBe(1);
    expect(new Set(mock.pushes.map(push => push.connection)).size).toBe(2);
    expect(of("apns.attempt").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("after three attempts the answer stands", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [503, 503, 503, 200]);
    const result = ring();
    expect(await pass(result)).toMatchObject({
      outcome: "rejected",
      status: 503,
      disposition: "retry-later",
      attempts: 3,
    });
    expect(mock.pushes).toHaveLength(3);
  });

  test("the waits have jitter and grow from about 100 ms", async () => {
    const { mock, ring, pass } = await rig({ maxConnections: 1 });
    mock.clock.stop();
    mock.script("*", [503, 503]);
    await pass(ring());
    const [first = 0, second = 0, third = 0] = mock.pushes.map(({ at }) => Number(at));
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(195);
    expect(third - second).toBeLessThan(1500);
  });

  test("retry-after is a floor", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ status: 503, retryAfter: 2 }]);
    const result = ring();
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 2 });
    expect(Number(mock.pushes[1]?.at) - Number(mock.pushes[0]?.at)).toBeGreaterThanOrEqual(1995);
    expect(mock.violations).toEqual([]);
  });

  test("a retry-after beyond the deadline ends it at once: no wait crosses the deadline", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ status: 503, retryAfter: 60 }]);
    expect(await ring()).toMatchObject({ outcome: "rejected", status: 503, disposition: "retry-later", attempts: 1 });
  });

  test("a device that had too many requests is tried again, on any connection", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", ["TooManyRequests"]);
    const result = ring();
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 2 });
    expect(new Set(mock.pushes.map(push => push.connection)).size).toBe(1);
  });

  test("a retry of a retry decides afresh: 503, then 410, is a 410", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [503, { reason: "Unregistered" }]);
    const result = ring();
    expect(await pass(result)).toMatchObject({ outcome: "rejected", status: 410, attempts: 2 });
    expect(mock.pushes).toHaveLength(2);
  });
});

describe("what is not known is not called failed", () => {
  test("an answer that does not come is unknown, and the push is not sent again", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ fault: "silence" }]);
    const result = ring();
    expect(await pass(result)).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "TIMEOUT" } });
    expect(mock.pushes).toHaveLength(1);
  });

  test("a client that is asked to resend does so once, and a verdict settles it", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ fault: "silence" }]);
    const result = ring(undefined, { onUnknown: "resend" });
    expect(await pass(result)).toMatchObject({ outcome: "accepted", attempts: 2 });
    expect(mock.pushes).toHaveLength(2);
  });

  test.each([
    ["a verdict on the token", { reason: "Unregistered" }, "rejected"],
    ["a verdict on the request", { reason: "BadTopic" }, "rejected"],
    ["a second silence", { fault: "silence" }, "unknown"],
    ["refused credentials", { reason: "InvalidProviderToken" }, "unknown"],
  ] as const)("a resend that gets %s settles what it can", async (_what, answer, outcome) => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ fault: "silence" }, answer]);
    const result = ring(undefined, { onUnknown: "resend" });
    expect(await pass(result)).toMatchObject({ outcome, attempts: 2 });
    expect(mock.pushes).toHaveLength(2);
  });

  test("a resend that cannot be made leaves it unknown, never unsent", async () => {
    const { mock, ring, pass } = await rig();
    mock.script("*", [{ fault: "cut-after" }]);
    mock.faults.refuseConnections();
    const result = ring(undefined, { onUnknown: "resend" });
    expect(await pass(result)).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "CONNECTION_LOST" } });
  });

  test.each(["cut-before", "cut-after", "reset-before"] as const)("%s is unknown", async fault => {
    const { mock, ring } = await rig();
    mock.script("*", [{ fault }]);
    expect(await ring()).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "CONNECTION_LOST" } });
  });

  test("the status alone is Apple's word: a reset after the headers is an answer", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ fault: "reset-after" }]);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    mock.script("*", [{ status: 400, fault: "reset-after" }]);
    expect(await ring()).toMatchObject({ outcome: "rejected", status: 400, reason: "" });
  });
});

describe("what provably never left", () => {
  test("a refused stream is sent again at once and is no attempt", async () => {
    const { mock, ring } = await rig();
    mock.script("*", [{ fault: "refuse" }]);
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(mock.pushes).toHaveLength(1);
  });

  test("a push that is refused for ever is unsent, after a bounded number of tries", async () => {
    const { mock, ring, of, pass } = await rig();
    mock.script(
      "*",
      Array.from({ length: 100 }, () => ({ fault: "refuse" }) as const),
    );
    const result = ring(undefined, { deadline: mock.clock.now() + 600_000 });
    expect(await pass(result)).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "CONNECTION_LOST" } });
    expect(of("apns.attempt")).toHaveLength(11);
    expect(mock.pushes).toHaveLength(0);
  });

  test("a deadline that has passed is unsent without a word to Apple", async () => {
    const { mock, ring } = await rig();
    expect(await ring(undefined, { deadline: mock.clock.now() - 1 })).toMatchObject({
      outcome: "unsent",
      attempts: 0,
      error: { code: "DEADLINE" },
    });
    expect(mock.pushes).toHaveLength(0);
  });

  test("what expires in the queue is unsent, and its wait never counts as Apple's time-out", async () => {
    const { mock, ring, pass } = await rig({ maxConnections: 1 }, { maxConcurrentStreams: 1 });
    await ring();
    mock.faults.delay(4000);
    const first = ring();
    const patient = ring();
    const hurried = ring(undefined, { deadline: mock.clock.now() + 1000 });
    expect(await pass(hurried)).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "DEADLINE" } });
    expect(await pass(first)).toMatchObject({ outcome: "accepted" });
    // It waited 4 s and took 4 s: more than the time-out of 5 s together.
    expect(await pass(patient)).toMatchObject({ outcome: "accepted", attempts: 1 });
  });
});
