import { createPushRoutes } from "apns-voip";
import { describe, expect, test } from "vitest";
import {
  ADMIN,
  ADMIN_TOKEN,
  answerOf,
  authenticate,
  BEARER,
  CALL,
  CALL_BODY,
  createWorld,
  DEVICES,
  jsonRequest,
  MESSAGE,
} from "./world.js";

const call = (body: unknown, headers: Record<string, string> = {}) =>
  createWorld().routes.fetch(jsonRequest("POST", CALL, { body, headers: { ...ADMIN, ...headers } }));

describe("paths and methods", () => {
  test("another path is 404", async () => {
    const { routes, lines } = createWorld();
    for (const path of ["/", "/api/v1/me/devices/1", "/API/v1/me/devices", "//api/v1/me/devices"]) {
      expect(await answerOf(await routes.fetch(jsonRequest("PUT", path, { body: {} })))).toEqual({
        status: 404,
        body: { error: "not_found" },
      });
    }
    expect(lines[0]).toBe("PUT / - 404 not_found");
  });

  test("a slash at the end and a query change nothing", async () => {
    const { routes } = createWorld();
    expect((await routes.fetch(jsonRequest("PUT", `${DEVICES}/?x=1`, { body: {} }))).status).toBe(401);
  });

  test.each([
    ["GET", DEVICES, "PUT, DELETE"],
    ["HEAD", DEVICES, "PUT, DELETE"],
    ["OPTIONS", DEVICES, "PUT, DELETE"],
    ["POST", DEVICES, "PUT, DELETE"],
    ["GET", CALL, "POST"],
    ["PUT", CALL, "POST"],
    ["DELETE", MESSAGE, "POST"],
    ["constructor", MESSAGE, "POST"],
  ])("%s %s is 405, and allow says what is not", async (method, path, allow) => {
    const { routes } = createWorld();
    const response = await routes.fetch(jsonRequest(method, path));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    const text = await response.text();
    expect(text).toBe(method === "HEAD" ? "" : '{"error":"method_not_allowed"}');
  });

  test("the routes can be served elsewhere", async () => {
    const { routes } = createWorld({ routes: { paths: { devices: "/devices/", call: "/ring" } } });
    expect(routes.paths).toEqual({
      devices: "/devices",
      receipts: "/api/v1/calls/receipts",
      call: "/ring",
      cancel: "/ring/cancel",
      callReceipts: "/ring/receipts",
      message: MESSAGE,
    });
    expect((await routes.fetch(jsonRequest("PUT", "/devices", { body: {} }))).status).toBe(401);
    expect((await routes.fetch(jsonRequest("PUT", DEVICES, { body: {} }))).status).toBe(404);
  });

  test("fetch works away from its object, as servers of fetch handlers call it", async () => {
    const { fetch } = createWorld().routes;
    expect((await fetch(jsonRequest("GET", "/"))).status).toBe(404);
  });
});

describe("bodies", () => {
  test.each([
    ["broken JSON", "{broken", /not valid JSON/],
    ["nothing", "", /empty/],
    ["blanks", " \n", /empty/],
    ["an array", "[1]", /not an array/],
    ["text", '"text"', /not "text"/],
    ["null", "null", /not null/],
    ["bytes that are no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), /UTF-8/],
  ])("%s is 400, saying what is wrong", async (_, body, message) => {
    expect(await answerOf(await call(body))).toEqual({
      status: 400,
      body: { error: "invalid_request", issues: [{ path: "", message: expect.stringMatching(message) }] },
    });
  });

  test("broken JSON is not repeated, neither in the answer nor in the log", async () => {
    const { routes, lines } = createWorld();
    const token = "9f739db8afff".padEnd(64, "0");
    const request = jsonRequest("PUT", DEVICES, { body: `{"voipDeviceToken": "${token}" oops`, headers: BEARER });
    expect(await (await routes.fetch(request)).text()).not.toContain("9f739db8afff");
    expect(lines.join()).not.toContain("9f739db8afff");
  });

  test.each([
    ["application/x-www-form-urlencoded"],
    ["text/plain;charset=UTF-8"],
    ["multipart/form-data; boundary=x"],
    ["application/jsonp"],
    ["text/json"],
  ])("%s is 415", async type => {
    expect(await answerOf(await call("{}", { "content-type": type }))).toEqual({
      status: 415,
      body: { error: "unsupported_media_type" },
    });
  });

  test("a compressed body is 415", async () => {
    expect((await call("{}", { "content-encoding": "gzip" })).status).toBe(415);
  });

  test("415 says what is wanted, in a header and in the log", async () => {
    const { routes, lines } = createWorld();
    const asked = async (headers: Record<string, string>) =>
      (await routes.fetch(jsonRequest("POST", CALL, { body: "{}", headers: { ...ADMIN, ...headers } }))).headers;
    expect((await asked({ "content-type": "text/plain" })).get("accept")).toBe("application/json");
    expect((await asked({ "content-encoding": "br" })).get("accept-encoding")).toBe("identity");
    expect(lines).toEqual([
      `POST ${CALL} - 415 unsupported_media_type (content-type "text/plain"; wanted: application/json)`,
      `POST ${CALL} - 415 unsupported_media_type (content-encoding "br"; wanted: none)`,
    ]);
  });

  test.each([["application/json; charset=utf-8"], ["APPLICATION/JSON"], ["application/vnd.api+json"], [""]])(
    "%j is read as JSON",
    async type => {
      expect((await call(CALL_BODY, { "content-type": type })).status).toBe(404);
    },
  );

  test("a byte order mark is no fault", async () => {
    expect((await call(`\ufeff${JSON.stringify(CALL_BODY)}`)).status).toBe(404);
  });

  test("a body of 64 KiB is read, one byte more is 413", async () => {
    const padded = (bytes: number) => {
      const json = JSON.stringify({ ...CALL_BODY, pad: "" });
      return json.replace('"pad":""', `"pad":"${"x".repeat(bytes - json.length)}"`);
    };
    expect((await call(padded(64 * 1024))).status).toBe(404);
    expect(await answerOf(await call(padded(64 * 1024 + 1)))).toEqual({
      status: 413,
      body: { error: "payload_too_large" },
    });
  });

  test("an announced length that is too large is 413 before anything is read", async () => {
    const request = jsonRequest("POST", CALL, { body: "{}", headers: { ...ADMIN, "content-length": "70000" } });
    expect((await createWorld().routes.fetch(request)).status).toBe(413);
    expect(request.bodyUsed).toBe(false);
  });

  test("bytes are counted, whatever length is announced, and an endless body is given up", async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream({
      pull: controller => {
        pulled++;
        controller.enqueue(new Uint8Array(16 * 1024).fill(32));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await call(body, { "content-length": "2" })).status).toBe(413);
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThan(10);
  });

  test("a body that breaks off is 400", async () => {
    const body = new ReadableStream({ pull: controller => controller.error(new Error("socket hang up")) });
    const { status, body: answer } = await answerOf(await call(body));
    expect(status).toBe(400);
    expect(answer.issues).toEqual([{ path: "", message: "the body ended early" }]);
  });

  test("a body that was read before the routes got it is named as such in the log", async () => {
    const { routes, lines } = createWorld();
    const request = jsonRequest("POST", CALL, { body: CALL_BODY, headers: ADMIN });
    await request.text();
    expect((await routes.fetch(request)).status).toBe(500);
    expect(lines.at(-1)).toMatch(/500 internal_error \(the body was read before.*mount them earlier\)/);
  });

  test("keys such as __proto__ and constructor change nothing", async () => {
    const { routes, mock, devices } = createWorld();
    await devices.save(mock.device().device());
    const body = `{"__proto__":{"hasVideo":"yes"},"constructor":1,${JSON.stringify(CALL_BODY).slice(1)}`;
    expect((await routes.fetch(jsonRequest("POST", CALL, { body, headers: ADMIN }))).status).toBe(200);
    expect(mock.pushes[0]?.payload).toEqual(expect.not.objectContaining({ constructor: 1 }));
  });

  test("a body that is nested without end is answered", async () => {
    const body = `{"toUserId":10,"title":"a","body":"b","extra":{"x":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`;
    const request = jsonRequest("POST", MESSAGE, { body, headers: ADMIN });
    expect([400, 404]).toContain((await createWorld().routes.fetch(request)).status);
  });
});

describe("the start", () => {
  const { push } = createWorld();
  const options = { push, authenticate, adminToken: ADMIN_TOKEN };

  test.each([
    ["undefined", undefined],
    ["empty", ""],
    ["blank", " \n"],
    ["an empty list", []],
    ["one of several empty", [ADMIN_TOKEN, ""]],
    ["an unset variable made text", "undefined"],
    ["no text", 5 as never],
    ["text that no header can carry", "geheim\u{1f511}"],
  ])("an admin token that is %s stops it", (_, adminToken) => {
    expect(() => createPushRoutes({ ...options, adminToken })).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining("ADMIN_PUSH_TOKEN") }),
    );
  });

  test("an error about an admin token does not repeat it", () => {
    const secret = "geheim\u{1f511}";
    expect(() => createPushRoutes({ ...options, adminToken: secret })).not.toThrow(secret);
  });

  test.each([
    [{ push: {} }, /push/],
    [{ authenticate: undefined }, /bearerAuth/],
    [{ bundleIds: [] }, /bundleIds/],
    [{ paths: { call: "ring" } }, /paths\.call.*"ring"/],
    [{ paths: { call: "/x", message: "/x/" } }, /paths that differ/],
  ])("%j stops it", (wrong, message) => {
    expect(() => createPushRoutes({ ...options, ...wrong } as never)).toThrow(message);
  });
});

test("every request is told as one event, with the time it took", async () => {
  const { routes, events } = createWorld();
  await routes.fetch(jsonRequest("POST", CALL, { body: CALL_BODY, headers: ADMIN }));
  await routes.fetch(jsonRequest("PUT", DEVICES, { body: {} }));
  expect(events.filter(({ type }) => type.startsWith("http."))).toEqual([
    { type: "http.push-requested", method: "POST", path: CALL, toUserId: "10" },
    {
      type: "http.answered",
      method: "POST",
      path: CALL,
      status: 404,
      error: "VoIP token not found",
      push: "no-devices",
      milliseconds: expect.any(Number),
    },
    {
      type: "http.answered",
      method: "PUT",
      path: DEVICES,
      status: 401,
      error: "bad_token",
      milliseconds: expect.any(Number),
    },
  ]);
});
