import {
  consoleLogger,
  createPushRoutes,
  createPushService,
  memoryDeviceStore,
  type PushServiceOptions,
} from "apns-voip";
import {
  type ApnsVoipEvent,
  createPushApiClient,
  type PushApiFetch,
  consoleLogger as signalLogger,
} from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { gatedClient } from "../push/gate.js";
import { ADMIN, ADMIN_TOKEN, answerOf, authenticate, CALL, CALL_BODY, createWorld, jsonRequest } from "./world.js";

const CANCEL = "/api/internal/push/call/cancel";
const cancel = (body: unknown, headers: Record<string, string> = ADMIN) =>
  jsonRequest("POST", CANCEL, { body, headers });
const call = (headers: Record<string, string> = {}) =>
  jsonRequest("POST", CALL, { body: CALL_BODY, headers: { ...ADMIN, ...headers } });

/** An API server whose pushes wait until `open`, and a signal server's client of it. What they log is kept. */
async function gatedServers(options: Partial<PushServiceOptions> = {}) {
  const mock = createMockApns();
  const lines: string[] = [];
  const log = consoleLogger({ log: line => lines.push(line), explain: false });
  const devices = memoryDeviceStore();
  const { apns, open } = gatedClient(mock, { onEvent: log });
  const push = createPushService({ apns, devices, ...options });
  const routes = createPushRoutes({ push, authenticate, adminToken: ADMIN_TOKEN });
  const phone = mock.device();
  await devices.save(phone.device(10));
  const sent: { readonly path: string; readonly headers: Record<string, string> }[] = [];
  const signalEvents: ApnsVoipEvent[] = [];
  const signalLines: string[] = [];
  const signalLog = signalLogger({ log: line => signalLines.push(line) });
  const fetch: PushApiFetch = (url, init) => {
    sent.push({ path: new URL(url).pathname, headers: init.headers });
    const { signal: _unheard, ...request } = init;
    return routes.fetch(new Request(url, request));
  };
  const api = createPushApiClient({
    apiUrl: "http://api.test",
    adminToken: ADMIN_TOKEN,
    fetch,
    clock: mock.clock,
    onEvent(event) {
      signalEvents.push(event);
      signalLog(event);
    },
  });
  return { mock, devices, routes, phone, api, open, lines, sent, signalEvents, signalLines };
}

describe("POST /api/internal/push/call/cancel", () => {
  test("stops the call that waits, whose answer then says so", async () => {
    const { mock, routes, lines, open } = await gatedServers();
    const answer = routes.fetch(call({ "idempotency-key": "ring-1" }));
    await mock.clock.advance(100);
    expect(await answerOf(await routes.fetch(cancel({ toUserId: 10, idempotencyKey: "ring-1" })))).toEqual({
      status: 200,
      body: { success: true, cancelled: true },
    });
    expect(await answerOf(await answer)).toEqual({
      status: 200,
      body: { success: true, cancelled: true, devices: [] },
    });
    open();
    expect(lines).toContain("VoIP Push to user 10 cancelled before it left");
    expect(lines.at(-1)).toBe("POST /api/internal/push/call/cancel - 200 OK (cancelled)");
    expect(mock.pushes).toEqual([]);
  });

  test("answers cancelled: false where there is nothing to cancel", async () => {
    const { routes, lines } = createWorld();
    const { body } = await answerOf(await routes.fetch(cancel({ toUserId: "10", idempotencyKey: "never seen" })));
    expect(body).toEqual({ success: true, cancelled: false });
    expect(lines).toEqual(["POST /api/internal/push/call/cancel - 200 OK (nothing to cancel)"]);
  });

  test("needs the admin token", async () => {
    const { routes } = createWorld();
    const answer = await answerOf(await routes.fetch(cancel({ toUserId: 10, idempotencyKey: "k" }, {})));
    expect(answer).toEqual({ status: 401, body: { error: "unauthorized" } });
  });

  test("names every field that is wrong", async () => {
    const { routes } = createWorld();
    const { status, body } = await answerOf(await routes.fetch(cancel({ idempotencyKey: 7 })));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: "invalid_request",
      issues: [
        { path: "toUserId", message: "toUserId is missing: it must be text that is not blank, or an integer" },
        { path: "idempotencyKey", message: "idempotencyKey must be the one that the call was made with, not 7" },
      ],
    });
  });

  test("refuses a key that no call can have been made with: one of more than 255 characters", async () => {
    const { routes } = createWorld();
    const keyOf = (characters: number) => ({ toUserId: 10, idempotencyKey: "k".repeat(characters) });
    expect((await routes.fetch(cancel(keyOf(255)))).status).toBe(200);
    const message = "idempotencyKey must have at most 255 characters";
    expect(await answerOf(await routes.fetch(cancel(keyOf(256))))).toEqual({
      status: 400,
      body: { error: "invalid_request", issues: [{ path: "idempotencyKey", message }] },
    });
  });

  test("knows no other method", async () => {
    const { routes } = createWorld();
    const response = await routes.fetch(jsonRequest("GET", CANCEL, { headers: ADMIN }));
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("a caller who hangs up", () => {
  test("has the API cancel what has not left there", async () => {
    const { mock, api, open, signalEvents, signalLines } = await gatedServers();
    const abort = new AbortController();
    const call = api.sendCall(CALL_BODY, { signal: abort.signal });
    const rejection = expect(call).rejects.toThrow("hung up");
    await mock.clock.advance(200);
    abort.abort(new Error("hung up"));
    await rejection;
    await mock.clock.advance(200);
    expect(signalEvents.at(-1)).toEqual({ type: "signal.push-cancelled", toUserId: "10", cancelled: true });
    expect(signalLines.at(-1)).toBe("VoIP Push to user 10 cancelled before it left");
    open();
    await mock.clock.advance(2_000);
    expect(mock.pushes).toEqual([]);
  });

  test("too late gets a line in the log that says so", async () => {
    const { mock, phone, api, open, signalLines } = await gatedServers();
    open();
    mock.script(phone.token, [{ delay: 800 }]);
    const abort = new AbortController();
    const rejection = expect(api.sendCall(CALL_BODY, { signal: abort.signal })).rejects.toThrow("hung up");
    await mock.clock.advance(300);
    abort.abort(new Error("hung up"));
    await rejection;
    await mock.clock.advance(2_000);
    expect(signalLines.at(-1)).toBe("VoIP Push to user 10 not cancelled: nothing was waiting any more");
    expect(phone.calls).toHaveLength(1);
  });

  test("before anything was asked of the API asks nothing of it", async () => {
    const { mock, api, sent } = await gatedServers();
    await expect(api.sendCall(CALL_BODY, { signal: AbortSignal.abort(new Error("hung up")) })).rejects.toThrow();
    await mock.clock.advance(1_000);
    expect(sent).toEqual([]);
  });

  test("of a message cancels nothing: it is read later", async () => {
    const { mock, api, sent, devices } = await gatedServers();
    await devices.save(mock.device({ pushType: "alert" }).device(10));
    const abort = new AbortController();
    const message = { toUserId: 10, title: "Ann", body: "Hi" };
    const rejection = expect(api.sendMessage(message, { signal: abort.signal })).rejects.toThrow("hung up");
    await mock.clock.advance(100);
    abort.abort(new Error("hung up"));
    await rejection;
    await mock.clock.advance(1_000);
    expect(sent.map(({ path }) => path)).not.toContain(CANCEL);
  });
});

describe("Ring-Timeout", () => {
  test("says how long the client waits, and the API answers before that", async () => {
    const { mock, api, sent } = await gatedServers();
    const call = api.sendCall(CALL_BODY, { idempotencyKey: "ring-1" });
    await mock.clock.advance(9_500);
    expect(sent[0]!.headers["ring-timeout"]).toBe("10000");
    expect(await call).toMatchObject({ status: "failed", httpStatus: 500, reasons: [expect.any(String)] });
  });

  test("never makes the API try for longer than it would", async () => {
    const { mock, routes } = await gatedServers({ ringTimeout: 1_000 });
    const answer = routes.fetch(call({ "ring-timeout": "60000" }));
    await mock.clock.advance(1_001);
    expect((await answer).status).toBe(500);
  });

  test.each(["", "soon", "-1", "0", "1e3", "12.5", "9999999999", "NaN"])("%j is ignored", async text => {
    const { mock, routes, open } = await gatedServers();
    const answer = routes.fetch(call({ "ring-timeout": text }));
    await mock.clock.advance(15_000);
    open();
    await mock.clock.advance(1_000);
    expect((await answer).status).toBe(200);
  });

  test("does not change how long keys are remembered", async () => {
    const { mock, routes, open } = await gatedServers();
    open();
    const headers = { "ring-timeout": "1000", "idempotency-key": "ring-1" };
    expect((await answerOf(await routes.fetch(call(headers)))).body).toMatchObject({ success: true });
    await mock.clock.advance(25_000);
    expect((await answerOf(await routes.fetch(call(headers)))).body).toMatchObject({ duplicate: true });
  });
});
