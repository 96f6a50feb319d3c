import { createReceipts } from "apns-voip";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADMIN, answerOf, CALL, CALL_BODY, createWorld, jsonRequest } from "./world.js";

const RECEIPTS = "/api/v1/calls/receipts";
const OF_CALL = "/api/internal/push/call/receipts";
const report = (body: unknown, headers: Record<string, string> = {}) =>
  jsonRequest("POST", RECEIPTS, { body, headers });
const read = (query: string, headers: Record<string, string> = ADMIN) =>
  jsonRequest("GET", `${OF_CALL}${query}`, { headers });

/** A server that gives receipts, and the one that user 10's phone got with its call. */
async function rung(keptFor = 3_600_000) {
  const receipts = createReceipts({ secret: "a secret of receipts", keptFor });
  const world = createWorld({ service: { receipts } });
  const phone = world.mock.device({ token: "9f739db8afff".padEnd(64, "7") });
  await world.devices.save(phone.device(10));
  await world.routes.fetch(jsonRequest("POST", CALL, { body: CALL_BODY, headers: ADMIN }));
  world.lines.length = 0;
  const { receipt } = phone.calls[0] as unknown as { readonly receipt: string };
  return { ...world, phone, receipt };
}

describe("POST /api/v1/calls/receipts", () => {
  test("needs no login: the receipt is its own proof", async () => {
    const { routes, receipt, lines } = await rung();
    const answer = await answerOf(await routes.fetch(report({ receipt, event: "ringing" })));
    expect(answer).toEqual({ status: 200, body: { success: true } });
    expect(lines).toEqual([
      expect.stringMatching(/^📱 9f739db8afff\.\.\. of user 10: ringing, \d+ ms after APNs accepted$/),
      "POST /api/v1/calls/receipts - 200 OK",
    ]);
  });

  test("takes an answered call and a refused one, and passes over keys that it does not know", async () => {
    const { routes, receipt, eventsOf } = await rung();
    for (const body of [
      { receipt, event: "answered", detail: null },
      { receipt, event: "failed", detail: "CXErrorCodeIncomingCallError 3", own: { key: 1 } },
      { receipt, event: "declined", detail: 7 },
    ]) {
      expect((await routes.fetch(report(body))).status).toBe(200);
    }
    expect(eventsOf("push.receipt").map(({ event, detail }) => [event, detail])).toEqual([
      ["answered", undefined],
      ["failed", "CXErrorCodeIncomingCallError 3"],
      ["declined", undefined],
    ]);
  });

  test.each([
    ["forged", (receipt: string) => `A${receipt.slice(1)}`],
    ["absent", () => undefined],
    ["no text", () => 7],
    ["far too long", (receipt: string) => receipt.repeat(300)],
  ])("refuses a receipt that is %s", async (_what, change) => {
    const { routes, receipt, events } = await rung();
    const answer = await answerOf(await routes.fetch(report({ receipt: change(receipt), event: "ringing" })));
    expect(answer).toEqual({ status: 400, body: { error: "invalid_receipt" } });
    expect(events.map(({ type }) => type)).not.toContain("push.receipt");
  });

  test("refuses an event that does not exist, and names those that do", async () => {
    const { routes, receipt } = await rung();
    const { status, body } = await answerOf(await routes.fetch(report({ receipt, event: "rang" })));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: "invalid_request", issues: [{ path: "event" }] });
  });

  test("says when a receipt is too old", async () => {
    const { routes, receipt, mock } = await rung(60_000);
    await mock.clock.advance(61_000);
    const answer = await answerOf(await routes.fetch(report({ receipt, event: "ringing" })));
    expect(answer).toEqual({ status: 410, body: { error: "receipt_expired" } });
  });

  test("counts the same receipt once, though it comes 10,000 times", async () => {
    const { routes, receipt, eventsOf } = await rung();
    for (let n = 0; n < 10_000; n++) await routes.fetch(report({ receipt, event: "received" }));
    expect(eventsOf("push.receipt")).toHaveLength(1);
  });

  test("answers 2,000 hostile bodies without a 5xx", async () => {
    const { routes, receipt, eventsOf } = await rung();
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.base64String(), fc.constant(receipt));
    const value = fc.oneof(
      text,
      fc.jsonValue(),
      fc.constant("__proto__"),
      text.map(part => receipt + part),
    );
    const bodies = fc.oneof(
      fc.record(
        { receipt: value, event: fc.oneof(value, fc.constant("ringing")), detail: value },
        { requiredKeys: [] },
      ),
      fc.record({ receipt: fc.string().map(cut => receipt.slice(cut.length)), event: fc.constant("answered") }),
      fc.jsonValue(),
    );
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(bodies, async body => {
        const { status } = await routes.fetch(
          report(JSON.stringify(body) ?? "", { "content-type": "application/json" }),
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        expect([200, 400, 410]).toContain(status);
      }),
      { numRuns: 2_000, interruptAfterTimeLimit: 60_000 },
    );
    expect(statuses.get(400)).toBeGreaterThan(500);
    // Only what was signed here has told anything, and each of its events once.
    expect(eventsOf("push.receipt").length).toBeLessThanOrEqual(5);
  });

  test("is not there where the service has no receipts", async () => {
    const { routes } = createWorld();
    const answer = await answerOf(await routes.fetch(report({ receipt: "x", event: "ringing" })));
    expect(answer).toEqual({ status: 404, body: { error: "not_found" } });
    expect((await routes.fetch(read("?toUserId=10&callId=11-10"))).status).toBe(404);
  });
});

describe("GET /api/internal/push/call/receipts", () => {
  test("says what phones have reported of a call", async () => {
    const { routes, receipt } = await rung();
    await routes.fetch(report({ receipt, event: "received" }));
    await routes.fetch(report({ receipt, event: "ringing" }));
    expect(await answerOf(await routes.fetch(read("?toUserId=10&callId=11-10")))).toEqual({
      status: 200,
      body: {
        receipts: [
          { token: "9f739db8afff...", event: "received", milliseconds: expect.any(Number) },
          { token: "9f739db8afff...", event: "ringing", milliseconds: expect.any(Number) },
        ],
      },
    });
    expect((await answerOf(await routes.fetch(read("?toUserId=12&callId=11-10")))).body).toEqual({ receipts: [] });
  });

  test("reads an encoded call id", async () => {
    const { routes, mock, devices } = await rung();
    const phone = mock.device();
    await devices.save(phone.device("u & 9"));
    const body = { ...CALL_BODY, toUserId: "u & 9", callId: "通話 #1" };
    await routes.fetch(jsonRequest("POST", CALL, { body, headers: ADMIN }));
    const { receipt } = phone.calls[0] as unknown as { readonly receipt: string };
    await routes.fetch(report({ receipt, event: "ringing" }));
    const query = `?${new URLSearchParams({ toUserId: "u & 9", callId: "通話 #1" })}`;
    expect((await answerOf(await routes.fetch(read(query)))).body).toMatchObject({ receipts: [{ event: "ringing" }] });
  });

  test("needs the admin token, and both names", async () => {
    const { routes } = await rung();
    expect((await routes.fetch(read("?toUserId=10&callId=11-10", {}))).status).toBe(401);
    expect(await answerOf(await routes.fetch(read("")))).toEqual({
      status: 400,
      body: {
        error: "invalid_request",
        issues: [
          { path: "toUserId", message: "toUserId is missing: it must be text that is not blank, or an integer" },
          { path: "callId", message: "callId is missing: it must be the one that the call was made with" },
        ],
      },
    });
  });
});
