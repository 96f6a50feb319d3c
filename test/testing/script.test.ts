import { createMockApns, type ScriptedAnswer } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL, providerToken, voipHeaders } from "./apple.js";

async function setUp() {
  const mock = createMockApns();
  const phone = mock.device();
  const token = await providerToken(mock.key);
  const push = (to = phone.token, signal?: AbortSignal) =>
    mock.fetch(`https://api.push.apple.com/3/device/${to}`, {
      method: "POST",
      headers: voipHeaders(token) as Record<string, string>,
      body: JSON.stringify(CALL),
      ...(signal && { signal }),
    });
  return { mock, phone, push };
}

describe("a scripted mock", () => {
  const answers: readonly (readonly [string, ScriptedAnswer, number, unknown])[] = [
    ["a status, with its usual reason", 503, 503, { reason: "ServiceUnavailable" }],
    ["a reason, with its status", "InternalServerError", 500, { reason: "InternalServerError" }],
    ["a reason that Apple has yet to invent", "BadMoon", 400, { reason: "BadMoon" }],
    ["an invented reason with a status", { status: 409, reason: "BadMoon" }, 409, { reason: "BadMoon" }],
    ["410 with a date", { status: 410, timestamp: new Date(1234) }, 410, { reason: "Unregistered", timestamp: 1234 }],
    ["an empty body", { status: 500, body: "" }, 500, ""],
    ["a broken body", { status: 503, body: '{"reason":' }, 503, '{"reason":'],
    ["a page of a proxy", { status: 502, body: "<html>", headers: { "content-type": "text/html" } }, 502, "<html>"],
  ];

  it.each(answers)("answers with %s", async (_name, answer, status, body) => {
    const { mock, phone, push } = await setUp();
    mock.script(phone.token, [answer]);
    const response = await push();
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(typeof body === "string" ? text : JSON.parse(text)).toEqual(body);
    expect(phone.calls).toEqual([]);
    expect((await push()).status, "the next push is judged as usual").toBe(200);
    expect(phone.calls).toHaveLength(1);
  });

  it("uses one answer per push, those for the device before those for any", async () => {
    const { mock, phone, push } = await setUp();
    const other = mock.device();
    mock.script("*", [500, 503]);
    mock.script(phone.token.toUpperCase(), [429]);
    const statuses = [];
    for (const token of [phone.token, phone.token, other.token, other.token]) statuses.push((await push(token)).status);
    expect(statuses).toEqual([429, 500, 503, 200]);
  });

  it("makes no bad push good", async () => {
    const { mock, push } = await setUp();
    mock.script("*", [200]);
    expect((await push("ab".repeat(32))).status).toBe(400);
  });

  it("sends retry-after", async () => {
    const { mock, push } = await setUp();
    mock.script("*", [{ status: 503, retryAfter: 2 }]);
    expect((await push()).headers.get("retry-after")).toBe("2");
  });

  it("answers after a delay on the mock's clock, and the phone rings before that", async () => {
    const { mock, phone, push } = await setUp();
    mock.script("*", [{ delay: 60_000 }]);
    let answered = false;
    const response = push().then(({ status }) => {
      answered = true;
      return status;
    });
    await mock.clock.advance(59_000);
    expect([phone.calls.length, answered]).toEqual([1, false]);
    await mock.clock.advance(1000);
    expect(await response).toBe(200);
  });

  it("never answers, until the sender gives up", async () => {
    const { mock, phone, push } = await setUp();
    mock.script("*", [{ fault: "silence" }]);
    const sender = new AbortController();
    const answer = push(phone.token, sender.signal);
    const settled = expect(answer).rejects.toThrow("given up");
    await mock.clock.advance(3600_000);
    sender.abort(new Error("given up"));
    await settled;
    expect(mock.pushes).toMatchObject([{ status: 200 }]);
  });

  it.each([
    ["refuse", 0],
    ["reset-before", 0],
    ["reset-after", 1],
    ["cut-before", 0],
    ["cut-after", 1],
  ] as const)("breaks off by %s, and the push counts %i times", async (fault, times) => {
    const { mock, phone, push } = await setUp();
    mock.script("*", [{ fault }]);
    await expect(push()).rejects.toThrow("fetch failed");
    expect([mock.pushes.length, phone.calls.length]).toEqual([times, times]);
    expect((await push()).status).toBe(200);
  });
});
