import { once } from "node:events";
import { type ApnsVoipEvent, createPushApiClient, type PushApiClientOptions } from "apns-voip/signal";
import { describe, expect, test, vi } from "vitest";
import { apiServer, type Behaviour, closedPort, reset, silence, success } from "./api-server.js";
import { LONGEST_WAIT, manualClock } from "./manual-clock.js";

const ADMIN_TOKEN = "admin-token-0123456789";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const call = { toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11", hasVideo: true } as const;
const message = { toUserId: 10, title: "User 11", body: "Hello", fromUserId: 11 } as const;

function client(apiUrl: string, options: Partial<PushApiClientOptions> = {}) {
  const clock = manualClock();
  const events: ApnsVoipEvent[] = [];
  const api = createPushApiClient({
    apiUrl,
    adminToken: ADMIN_TOKEN,
    clock,
    onEvent: event => events.push(event),
    ...options,
  });
  return { ...api, clock, events };
}

/** A server that behaves so, and a client of it. */
async function setUp(...behaviours: readonly Behaviour[]) {
  const server = await apiServer(...behaviours);
  return { ...client(server.url), server };
}

describe("the request", () => {
  test("is what the API's routes expect", async () => {
    const { sendCall, server } = await setUp();
    await expect(sendCall(call)).resolves.toStrictEqual({ status: "accepted", httpStatus: 200 });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      path: "/api/internal/push/call",
      headers: {
        "content-type": "application/json",
        "x-admin-token": ADMIN_TOKEN,
        "idempotency-key": expect.stringMatching(UUID),
      },
    });
    expect(JSON.parse(server.requests[0]!.body)).toStrictEqual(call);
  });

  test("of a message goes to the other route", async () => {
    const { sendMessage, server } = await setUp();
    await expect(sendMessage(message)).resolves.toStrictEqual({ status: "accepted", httpStatus: 200 });
    expect(server.requests[0]).toMatchObject({ path: "/api/internal/push/message" });
    expect(JSON.parse(server.requests[0]!.body)).toStrictEqual(message);
  });

  test("takes an app's own payload keys along", async () => {
    const { sendCall, server } = await setUp();
    await sendCall({ ...call, offer: "v=0" });
    expect(JSON.parse(server.requests[0]!.body)).toHaveProperty("offer", "v=0");
  });

  test("carries the idempotency key that is given", async () => {
    const { sendCall, server } = await setUp();
    await sendCall(call, { idempotencyKey: "ring-1" });
    expect(server.requests[0]!.headers["idempotency-key"]).toBe("ring-1");
  });

  test("carries a new key for each call", async () => {
    const { sendCall, server } = await setUp();
    await sendCall(call);
    await sendCall(call);
    const [first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(first).not.toBe(second);
  });

  test.each([
    ["/", "/api/internal/push/call"],
    ["", "/api/internal/push/call"],
    ["//", "/api/internal/push/call"],
    ["/prefix", "/prefix/api/internal/push/call"],
    ["/a/b/", "/a/b/api/internal/push/call"],
    ["\n", "/api/internal/push/call"],
  ])("with apiUrl ending in %j goes to %s", async (ending, path) => {
    const server = await apiServer();
    await client(`${server.url}${ending}`).sendCall(call);
    expect(server.requests[0]!.path).toBe(path);
  });

  test("a line end behind the admin token, as a file leaves it, is not part of it", async () => {
    const server = await apiServer();
    await client(server.url, { adminToken: `${ADMIN_TOKEN}\n` }).sendCall(call);
    expect(server.requests[0]!.headers["x-admin-token"]).toBe(ADMIN_TOKEN);
  });

  test("goes through the fetch that is global when the call is made, so that a mock catches it", async () => {
    const { sendCall } = client("http://api.example:3000");
    const mock = vi.fn(async () => Response.json({ success: true }));
    vi.stubGlobal("fetch", mock);
    try {
      await expect(sendCall(call)).resolves.toMatchObject({ status: "accepted" });
      expect(mock).toHaveBeenCalledWith("http://api.example:3000/api/internal/push/call", expect.anything());
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("what the API answers", () => {
  test("a repeat is a duplicate", async () => {
    const { sendCall } = await setUp({ status: 200, body: { success: true, duplicate: true, devices: [] } });
    await expect(sendCall(call)).resolves.toStrictEqual({ status: "duplicate", httpStatus: 200 });
  });

  test.each(["VoIP token not found", "APNs token not found"])("404 %j: the user has no devices", async error => {
    const { sendCall, server } = await setUp({ status: 404, body: { error } });
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "no-devices",
      httpStatus: 404,
      message: `Request failed with status code 404: ${error}`,
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Behaviour]>([
    ["a page", { status: 404, body: "<h1>Not Found</h1>" }],
    ["another API's JSON", { status: 404, body: { error: "User not found" } }],
    ["null", { status: 404, body: null }],
  ])("404 with %s is a wrong URL, not a user without devices", async (_, behaviour) => {
    const { sendCall, server } = await setUp(behaviour);
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      httpStatus: 404,
      message: `Request failed with status code 404: ${server.url}/api/internal/push/call is not a route of the push API; check apiUrl`,
    });
  });

  test("401 is said in the words that operators search for", async () => {
    const { sendCall, server } = await setUp({ status: 401, body: { error: "unauthorized" } });
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      httpStatus: 401,
      message: "Request failed with status code 401",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("400 says which field is wrong", async () => {
    const issues = [
      { path: "callId", message: "callId is missing" },
      { path: "hasVideo", message: "hasVideo must be true or false" },
    ];
    const { sendCall } = await setUp({ status: 400, body: { error: "invalid_request", issues } });
    await expect(sendCall({ toUserId: 10, callId: "", fromUserId: 11 })).resolves.toStrictEqual({
      status: "failed",
      httpStatus: 400,
      message: "Request failed with status code 400: callId is missing; hasVideo must be true or false",
    });
  });

  test.each([
    ["failed", ["BadDeviceToken", "TopicDisallowed"], ": BadDeviceToken, TopicDisallowed"],
    ["unknown", ["TIMEOUT"], ": TIMEOUT"],
    ["failed", [], ""],
  ])("500 with status %s and reasons %j", async (status, reasons, detail) => {
    const body = { error: "Failed to send VoIP push", status, reasons, retryable: false };
    const { sendCall, server } = await setUp({ status: 500, body });
    await expect(sendCall(call)).resolves.toStrictEqual({
      status,
      httpStatus: 500,
      message: `Request failed with status code 500${detail}`,
      ...(reasons.length > 0 && { reasons }),
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Behaviour]>([
    ["a page", { status: 500, body: "<h1>Oops</h1>" }],
    ["no detail", { status: 500, body: { error: "internal" } }],
    ["fields of other types", { status: 500, body: { reasons: "x", status: 5, retryable: "true" } }],
  ])("500 with %s has failed and is not tried again", async (_, behaviour) => {
    const { sendCall, server } = await setUp(behaviour);
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      httpStatus: 500,
      message: "Request failed with status code 500",
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Behaviour, string]>([
    ["a page", { status: 200, body: "<h1>Welcome</h1>" }, "text/html"],
    ["another JSON", { status: 200, body: { ok: true } }, "application/json"],
    ["success as text", { status: 200, body: { success: "true" } }, "application/json"],
    ["nothing", response => response.writeHead(200).end(), "no content type"],
  ])("200 with %s is not ours, and so not accepted", async (_, behaviour, contentType) => {
    const { sendCall, server } = await setUp(behaviour);
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      httpStatus: 200,
      message: `${server.url}/api/internal/push/call answered 200, but not as the push API does (${contentType}); check apiUrl`,
    });
  });

  test.each([204, 403, 413, 429, 501])("%i has failed", async status => {
    const { sendCall, server } = await setUp(response => response.writeHead(status).end());
    await expect(sendCall(call)).resolves.toMatchObject({ status: "failed", httpStatus: status });
    expect(server.requests).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])("%i is not followed: the admin token is for this host alone", async status => {
    const elsewhere = await apiServer();
    const { sendCall, server } = await setUp({ status, headers: { location: `${elsewhere.url}/x?secret=1` } });
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      httpStatus: status,
      message: `Request failed with status code ${status}: ${server.url}/api/internal/push/call redirects to ${elsewhere.url}; set apiUrl to where the API is`,
    });
    expect(elsewhere.requests).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

describe("another attempt", () => {
  const retryable: Behaviour = {
    status: 500,
    body: { error: "Failed to send VoIP push", status: "failed", reasons: ["ServiceUnavailable"], retryable: true },
  };

  test.each<[string, Behaviour]>([
    ["502", { status: 502 }],
    ["503", { status: 503 }],
    ["504", { status: 504 }],
    ["a 500 that says retryable", retryable],
    ["a reset connection", reset],
    [
      "half an answer",
      response => response.writeHead(200, { "content-length": 100 }).write('{"success":true', () => response.destroy()),
    ],
  ])("follows %s, with the same key and body", async (_, behaviour) => {
    const { sendCall, server } = await setUp(behaviour, behaviour, success);
    await expect(sendCall(call)).resolves.toStrictEqual({ status: "accepted", httpStatus: 200 });
    expect(server.requests).toHaveLength(3);
    expect(new Set(server.requests.map(({ headers, body }) => `${headers["idempotency-key"]} ${body}`)).size).toBe(1);
  });

  test.each<[string, Behaviour, string, number | undefined]>([
    ["502, which may hide anything", { status: 502 }, "unknown", 502],
    ["503, which nobody has worked on", { status: 503 }, "failed", 503],
    ["504, behind which the API may be at it", { status: 504 }, "unknown", 504],
    ["a 500 that says retryable", retryable, "failed", 500],
    ["a reset connection", reset, "unknown", undefined],
  ])("follows twice at most; %s to the last", async (_, behaviour, status, httpStatus) => {
    const { sendCall, server } = await setUp(behaviour);
    const result = await sendCall(call);
    expect(result.status).toBe(status);
    expect(result.httpStatus).toBe(httpStatus);
    expect(result.message).not.toMatch(/fetch failed/);
    expect(server.requests).toHaveLength(3);
  });

  test.each([0, 1, 4])("follows as often as the option says: %i", async retries => {
    const server = await apiServer({ status: 503 });
    await client(server.url, { retries }).sendCall(call);
    expect(server.requests).toHaveLength(1 + retries);
  });

  test("what the API says in the end holds for an attempt whose answer was lost", async () => {
    const failed = { status: 500, body: { status: "failed", reasons: ["BadDeviceToken"], retryable: false } };
    await expect((await setUp(reset, failed)).sendCall(call)).resolves.toMatchObject({
      status: "failed",
      httpStatus: 500,
    });
    const duplicate = { status: 200, body: { success: true, duplicate: true, devices: [] } };
    await expect((await setUp(reset, duplicate)).sendCall(call)).resolves.toMatchObject({ status: "duplicate" });
    const none = { status: 404, body: { error: "VoIP token not found" } };
    await expect((await setUp(reset, none)).sendCall(call)).resolves.toMatchObject({ status: "no-devices" });
  });

  test.each<[string, Behaviour]>([
    ["an answer", reset],
    ["502", { status: 502 }],
  ])(
    "an attempt that may have rung, by lack of %s, is not forgotten when the next ones fail to connect",
    async (_, first) => {
      const server = await apiServer(first);
      const dead = await closedPort();
      let tries = 0;
      const { sendCall } = client(server.url, {
        fetch: (url, init) => fetch(tries++ === 0 ? url : `http://127.0.0.1:${dead}`, init),
      });
      await expect(sendCall(call)).resolves.toStrictEqual({
        status: "unknown",
        message: `connect ECONNREFUSED 127.0.0.1:${dead}`,
      });
      expect(tries).toBe(3);
    },
  );
});

describe("the result names the network's failure", () => {
  test("where nothing listens: it has not rung", async () => {
    const port = await closedPort();
    const attempts = vi.fn();
    const { sendCall } = client(`http://127.0.0.1:${port}`, {
      fetch: (url, init) => {
        attempts();
        return fetch(url, init);
      },
    });
    await expect(sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      message: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    expect(attempts).toHaveBeenCalledTimes(3);
  });

  test("where nothing listens on any address of a host name", async () => {
    const port = await closedPort();
    const { status, message } = await client(`http://localhost:${port}`).sendCall(call);
    expect({ status, message }).toEqual({ status: "failed", message: `connect ECONNREFUSED 127.0.0.1:${port}` });
  });

  test("of a connection that was reset", async () => {
    const { status, message } = await (await setUp(reset)).sendCall(call);
    expect(status).toBe("unknown");
    expect(message).toMatch(/other side closed|ECONNRESET|socket hang up/);
  });

  test("where TLS meets a server without it: it has not rung", async () => {
    const server = await apiServer();
    const { status, message } = await client(server.url.replace("http:", "https:")).sendCall(call);
    expect(status).toBe("failed");
    expect(message).toBe("the port speaks plain http, not https: use http://");
  });

  test("of a port that fetch itself refuses", async () => {
    await expect(client("http://127.0.0.1:6000").sendCall(call)).resolves.toStrictEqual({
      status: "failed",
      message: "bad port",
    });
  });

  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: "ECONNREFUSED", syscall: "connect", address });
  const both = Object.assign(new AggregateError([refused("127.0.0.1"), refused("::1")]), { code: "ECONNREFUSED" });
  const endless = new TypeError("fetch failed");
  endless.cause = endless;

  test.each<[string, unknown, string, string]>([
    [
      "of both address families",
      new TypeError("fetch failed", { cause: both }),
      "failed",
      "connect ECONNREFUSED 127.0.0.1",
    ],
    [
      "unknown host",
      new TypeError("fetch failed", {
        cause: Object.assign(new Error("getaddrinfo ENOTFOUND api"), { code: "ENOTFOUND", syscall: "getaddrinfo" }),
      }),
      "failed",
      "getaddrinfo ENOTFOUND api",
    ],
    [
      "untrusted certificate",
      new TypeError("fetch failed", {
        cause: Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
      }),
      "failed",
      "self-signed certificate",
    ],
    ["a code without words", new TypeError("fetch failed", { cause: { code: "EPIPE" } }), "unknown", "EPIPE"],
    ["several lines", new Error("first\nsecond\u001b[31m"), "unknown", "first second [31m"],
    ["an error that is its own cause", endless, "unknown", "fetch failed"],
    ["thrown text", "boom", "unknown", "boom"],
    ["thrown undefined", undefined, "unknown", "undefined"],
  ])("%s", async (_, error, status, text) => {
    const { sendCall } = client("http://api.example", {
      fetch: () => {
        throw error;
      },
    });
    await expect(sendCall(call)).resolves.toStrictEqual({ status, message: text });
  });
});

describe("time", () => {
  test("an attempt without an answer is given up and repeated with the same key", async () => {
    const { sendCall, server, clock } = await setUp(silence, success);
    const sent = sendCall(call);
    await server.seen(1);
    clock.advance(9_999);
    expect(server.requests).toHaveLength(1);
    clock.advance(1);
    await expect(sent).resolves.toMatchObject({ status: "accepted" });
    expect(new Set(server.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  test("without any answer it may have rung", async () => {
    const server = await apiServer(silence);
    const { sendCall, clock } = client(server.url, { timeout: 5_000, retries: 1 });
    const sent = sendCall(call);
    await server.seen(1);
    clock.advance(5_000);
    await server.seen(2);
    clock.advance(5_000);
    await expect(sent).resolves.toStrictEqual({ status: "unknown", message: "no answer within 5000 ms" });
  });

  test("an answer whose body never ends is given up, too", async () => {
    const server = await apiServer(response => response.writeHead(200).write("{"));
    const { sendCall, clock } = client(server.url, { retries: 0 });
    const sent = sendCall(call);
    await server.seen(1);
    clock.advance(10_000);
    await expect(sent).resolves.toMatchObject({ status: "unknown" });
  });

  test("an attempt that is given up lets go of its connection", async () => {
    let closed: Promise<unknown> | undefined;
    const server = await apiServer(response => {
      closed = once(response, "close");
    });
    const { sendCall, clock } = client(server.url, { retries: 0 });
    const sent = sendCall(call);
    await server.seen(1);
    clock.advance(10_000);
    await sent;
    await closed;
  });

  test("a fetch that does not heed its signal is given up all the same", async () => {
    const { sendCall, clock } = client("http://api.example", { retries: 0, fetch: () => new Promise(() => {}) });
    const sent = sendCall(call);
    clock.advance(10_000);
    await expect(sent).resolves.toMatchObject({ status: "unknown" });
  });

  test("everything is over when the ring is: no attempt starts after 30 s, and the last is cut short", async () => {
    const server = await apiServer(silence);
    const { sendCall, clock } = client(server.url, { retries: 100 });
    const sent = sendCall(call);
    for (let attempts = 1; attempts <= 3; attempts++) {
      await server.seen(attempts);
      clock.advance(Math.min(10_000, 30_000 - clock.elapsed));
    }
    const { status, message } = await sent;
    expect(status).toBe("unknown");
    expect(message).toMatch(/^no answer within [89]\d\d\d ms$/);
    expect(clock.elapsed).toBe(30_000);
    expect(server.requests).toHaveLength(3);
  });

  test("no wait goes beyond the end of the ring, and in 30 s there are fewer than 40 requests", async () => {
    const answer = vi.fn(async () => new Response(null, { status: 503 }));
    const { sendCall, clock } = client("http://api.example", { retries: 1_000, fetch: answer });
    await expect(sendCall(call)).resolves.toMatchObject({ status: "failed", httpStatus: 503 });
    expect(clock.elapsed).toBeGreaterThan(27_000);
    expect(clock.elapsed).toBeLessThan(30_000);
    expect(answer.mock.calls.length).toBeLessThan(40);
  });

  test("nothing is left running afterwards", async () => {
    const { sendCall, clock } = await setUp({ status: 503 }, success);
    await sendCall(call);
    expect(clock.pending).toEqual([]);
  });
});

describe("an abort by your code", () => {
  const why = new Error("hung up");

  test("before the call sends nothing and says nothing", async () => {
    const { sendCall, server, events } = await setUp();
    await expect(sendCall(call, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
    expect(server.requests).toEqual([]);
    expect(events).toEqual([]);
  });

  test("while an attempt is under way rejects at once, and the event says that it may have rung", async () => {
    const server = await apiServer(silence);
    const { sendCall, events } = client(server.url, { clock: manualClock({ skipWaits: false }) });
    const controller = new AbortController();
    const sent = sendCall(call, { signal: controller.signal });
    await server.seen(1);
    controller.abort(why);
    await expect(sent).rejects.toBe(why);
    expect(server.requests).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      type: "signal.push-finished",
      status: "unknown",
      message: "aborted by your code",
    });
  });

  test("between two attempts rejects without another one", async () => {
    const server = await apiServer({ status: 503 });
    const controller = new AbortController();
    const clock = manualClock({ skipWaits: false });
    const { sendCall } = client(server.url, { clock });
    const sent = sendCall(call, { signal: controller.signal });
    await server.seen(1);
    await vi.waitFor(() => expect(clock.pending).toEqual([expect.toSatisfy(ms => ms <= LONGEST_WAIT)]));
    controller.abort(why);
    await expect(sent).rejects.toBe(why);
    expect(server.requests).toHaveLength(1);
    expect(clock.pending).toEqual([]);
  });
});

describe("a call that cannot be sent", () => {
  const cyclic: Record<string, unknown> = { ...call };
  cyclic.self = cyclic;

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /^a call must be an object, not undefined$/],
    ["text", "call", /^a call must be an object, not "call"$/],
    ["a cyclic object", cyclic, /^the call cannot be written as JSON: .*circular/i],
    ["a bigint in it", { ...call, offer: 11n }, /^the call cannot be written as JSON: .*BigInt/],
  ])("is %s: it has failed, without a request and without an exception", async (_, given, text) => {
    const { sendCall, server } = await setUp();
    const result = await sendCall(given as typeof call);
    expect(result).toStrictEqual({ status: "failed", message: expect.stringMatching(text) });
    expect(server.requests).toEqual([]);
  });

  test("is none whose ids are bigints: they are sent as their decimal text", async () => {
    const { sendCall, server } = await setUp();
    await sendCall({ ...call, toUserId: 10n, fromUserId: 2n ** 60n, callId: 7n });
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({
      toUserId: "10",
      fromUserId: String(2n ** 60n),
      callId: "7",
    });
  });

  test.each(["", "a\nb", "schlüssel", "x".repeat(256)])(
    "is one with the idempotency key %j: it has failed, without a request",
    async idempotencyKey => {
      const { sendCall, server } = await setUp();
      await expect(sendCall(call, { idempotencyKey })).resolves.toMatchObject({
        status: "failed",
        message: expect.stringMatching(/^idempotencyKey must be 1 to 255 visible ASCII characters, not "/),
      });
      expect(server.requests).toEqual([]);
    },
  );
});

describe("events", () => {
  test("tell of the beginning and the end", async () => {
    const { sendCall, events } = await setUp();
    await sendCall(call);
    expect(events).toStrictEqual([
      { type: "signal.push-started", kind: "call", toUserId: "10" },
      { type: "signal.push-finished", kind: "call", toUserId: "10", status: "accepted", httpStatus: 200 },
    ]);
  });

  test("tell the cause of a failure", async () => {
    const { sendMessage, events } = await setUp({ status: 401, body: { error: "unauthorized" } });
    await sendMessage(message);
    expect(events.at(-1)).toStrictEqual({
      type: "signal.push-finished",
      kind: "message",
      toUserId: "10",
      status: "failed",
      httpStatus: 401,
      message: "Request failed with status code 401",
    });
  });

  test("a listener that throws changes nothing", async () => {
    const server = await apiServer();
    const { sendCall } = client(server.url, {
      onEvent: () => {
        throw new Error("no");
      },
    });
    await expect(sendCall(call)).resolves.toMatchObject({ status: "accepted" });
  });

  test("neither an event nor a result holds the admin token, also when the other side echoes it", async () => {
    const echo = [
      { status: 400, body: { issues: [{ message: `bad header ${ADMIN_TOKEN}` }] } },
      { status: 500, body: { status: "failed", reasons: [ADMIN_TOKEN] } },
      { status: 302, headers: { location: `http://${ADMIN_TOKEN}.example/` } },
      { status: 200, headers: { "content-type": ADMIN_TOKEN } },
    ];
    for (const behaviour of echo) {
      const { sendCall, events } = await setUp(behaviour);
      expect(JSON.stringify([await sendCall(call), events])).not.toContain(ADMIN_TOKEN);
    }
    const { sendCall, events } = client("http://api.example", {
      fetch: (_, { headers }) => Promise.reject(new Error(`cannot send ${JSON.stringify(headers)}`)),
    });
    expect(JSON.stringify([await sendCall(call), events])).not.toContain(ADMIN_TOKEN);
  });
});

describe("options", () => {
  const refusal = (options: object): string => {
    try {
      createPushApiClient({ apiUrl: "http://api:3000", adminToken: ADMIN_TOKEN, ...options });
    } catch (error) {
      expect(error).toMatchObject({ name: "ApnsVoipError", code: "INVALID_OPTIONS" });
      return (error as Error).message;
    }
    throw new Error("accepted");
  };

  test.each([
    [{ apiUrl: undefined }, /apiUrl: missing; wanted: an http or https URL such as http:\/\/api:3000 \(API_URL\)/],
    [{ apiUrl: "" }, /apiUrl: "" given; wanted: an http or https URL/],
    [{ apiUrl: "api:3000" }, /apiUrl: "api:3000" given; wanted: an http or https URL/],
    [{ apiUrl: "ws://api:3000" }, /apiUrl: "ws:.* given; wanted: an http or https URL/],
    [{ apiUrl: "http://api:3000?x=1" }, /apiUrl: ".*" given; wanted: a URL without query and fragment/],
    [
      { adminToken: undefined },
      /adminToken: missing; wanted: the token that the API server takes \(ADMIN_PUSH_TOKEN\)/,
    ],
    [{ adminToken: "" }, /adminToken: "" given/],
    [{ adminToken: 5 }, /adminToken: 5 given; wanted: the token/],
    [{ timeout: 0 }, /timeout: 0 given; wanted: milliseconds from 1 to 3600000/],
    [{ timeout: Number.NaN }, /timeout: NaN given; wanted: milliseconds/],
    [{ timeout: "10000" }, /timeout: "10000" given; wanted: milliseconds/],
    [{ retries: -1 }, /retries: -1 given; wanted: a whole number from 0 up/],
    [{ retries: 1.5 }, /retries: 1.5 given; wanted: a whole number from 0 up/],
  ])("%j is refused at once", (options, text) => {
    expect(refusal(options)).toMatch(text);
  });

  test("everything that is wrong is told at once", () => {
    expect(refusal({ apiUrl: "", adminToken: "", timeout: -1, retries: -1 })).toMatch(
      /^createPushApiClient: apiUrl: .*; adminToken: .*; timeout: .*; retries: /,
    );
  });

  test.each(["http://user:hunter22@api:3000", "user:hunter22@api"])(
    "a password in apiUrl is refused and not repeated",
    apiUrl => {
      expect(refusal({ apiUrl })).toMatch(/apiUrl: one with a user or a password in it given; wanted: /);
      expect(refusal({ apiUrl })).not.toContain("hunter22");
    },
  );

  test.each(["two words", "line\nend", "пароль", "tab\t"].map(text => `x${text}x`))(
    "an admin token that no header can carry is refused and not repeated",
    adminToken => {
      expect(refusal({ adminToken })).toMatch(
        /adminToken: text with spaces.* given; wanted: .*of visible ASCII characters/,
      );
      expect(refusal({ adminToken })).not.toContain(adminToken);
    },
  );
});
