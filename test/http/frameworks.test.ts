import type { PushRoutes } from "apns-voip";
import { toFastifyPlugin } from "apns-voip/fastify";
import fastify from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import { createApp as createFastify } from "../../examples/frameworks/fastify-5.ts";
import { createRouteHandlers } from "../../examples/frameworks/next-15.ts";
import { servers } from "../../examples/frameworks/servers.ts";
import { runExample } from "../examples/start-example.js";
import { ENDLESS_THEN_ANOTHER, raw, statuses } from "./raw.js";
import { ADMIN, answerOf, BEARER, CALL, CALL_BODY, createWorld, DEVICES, jsonRequest, MESSAGE } from "./world.js";

type Ask = (request: Request) => Promise<Response>;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Sends what is asked over a real socket. */
function at(origin: string): Ask {
  return async request => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(origin + pathname + search, request));
  };
}

const overSockets = Object.entries(servers).map(([name, start]) => [
  name,
  async (routes: PushRoutes): Promise<Ask> => {
    const { url, close } = await start(routes);
    closers.push(close);
    return at(url);
  },
]);

const FRAMEWORKS: Readonly<Record<string, (routes: PushRoutes) => Promise<Ask>>> = {
  ...Object.fromEntries(overSockets),
  "Next.js": async routes => {
    const handlers = createRouteHandlers(routes);
    // What Next.js itself does with methods and paths that no file is there for.
    return async request => {
      if (new URL(request.url).pathname === "/health") return Response.json({ ok: true });
      if (!Object.hasOwn(handlers, request.method)) return new Response(null, { status: 405 });
      return handlers[request.method as keyof typeof handlers](request);
    };
  },
};

describe.each(Object.entries(FRAMEWORKS))("%s", (name, start) => {
  async function started() {
    const world = createWorld();
    return { ...world, ask: await start(world.routes) };
  }

  test("a phone registers, is rung, gets a message, and signs out", async () => {
    const { ask, mock, devices } = await started();
    const [voip, alert] = [mock.device(), mock.device({ pushType: "alert" })];
    const body = {
      platform: "ios",
      bundleId: "com.example.app",
      voipDeviceToken: voip.token,
      apnsDeviceToken: alert.token,
    };

    const put = await ask(jsonRequest("PUT", DEVICES, { headers: BEARER, body }));
    expect(await answerOf(put)).toEqual({ status: 200, body: { success: true } });
    expect(put.headers.get("content-type")).toMatch(/^application\/json/);

    const call = await ask(jsonRequest("POST", CALL, { headers: ADMIN, body: CALL_BODY }));
    expect(await answerOf(call)).toMatchObject({ status: 200, body: { devices: [{ outcome: "accepted" }] } });
    expect(voip.calls).toHaveLength(1);

    const message = { toUserId: 10, title: "Ann 👋", body: "Hi", fromUserId: 11 };
    expect((await ask(jsonRequest("POST", MESSAGE, { headers: ADMIN, body: message }))).status).toBe(200);
    expect(alert.notifications).toMatchObject([{ aps: { alert: { title: "Ann 👋" } }, fromUserId: "11" }]);

    const signOut = await ask(jsonRequest("DELETE", DEVICES, { headers: BEARER, body }));
    expect(await answerOf(signOut)).toEqual({ status: 200, body: { success: true } });
    expect(await devices.list("10", "voip")).toEqual([]);
  });

  test("a request without a login is 401", async () => {
    const { ask } = await started();
    expect(await answerOf(await ask(jsonRequest("PUT", DEVICES, { body: {} })))).toEqual({
      status: 401,
      body: { error: "bad_token" },
    });
    expect(await answerOf(await ask(jsonRequest("POST", CALL, { body: CALL_BODY })))).toEqual({
      status: 401,
      body: { error: "unauthorized" },
    });
  });

  test("a user without a device is 404, in the routes' words", async () => {
    const { ask } = await started();
    expect(await answerOf(await ask(jsonRequest("POST", CALL, { headers: ADMIN, body: CALL_BODY })))).toEqual({
      status: 404,
      body: { error: "VoIP token not found" },
    });
  });

  test.each([
    ["broken JSON", "{broken", "application/json", 400],
    ["no body", "", "application/json", 400],
    ["a form", "toUserId=10", "application/x-www-form-urlencoded", 415],
    ["64 KiB and more", JSON.stringify({ ...CALL_BODY, x: "x".repeat(64 * 1024) }), "application/json", 413],
  ])("%s: the routes answer", async (_, body, type, status) => {
    const { ask } = await started();
    const response = await ask(jsonRequest("POST", CALL, { headers: { ...ADMIN, "content-type": type }, body }));
    const answer = await answerOf(response);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toBe(
      { 400: "invalid_request", 413: "payload_too_large", 415: "unsupported_media_type" }[status],
    );
    // The connection is good for more.
    expect((await ask(jsonRequest("POST", CALL, { headers: ADMIN, body: CALL_BODY }))).status).toBe(404);
  });

  test("other methods are 405", async () => {
    const { ask } = await started();
    const response = await ask(jsonRequest("PATCH", DEVICES, { body: {} }));
    expect(response.status).toBe(405);
    if (name !== "Next.js") expect(response.headers.get("allow")).toBe("PUT, DELETE");
    expect((await ask(jsonRequest("HEAD", CALL))).status).toBe(405);
  });

  test("other paths are the app's own", async () => {
    const { ask } = await started();
    expect(await answerOf(await ask(jsonRequest("GET", "/health")))).toEqual({ status: 200, body: { ok: true } });
  });
});

test("Fastify: a prefix goes in front of the routes, hooks run before them, and the app keeps its own parsers", async () => {
  const { routes } = createWorld({
    routes: { authenticate: async (_request, native) => (native as { user: { userId: number } }).user },
  });
  const app = fastify();
  app.decorateRequest("user", null);
  app.addHook("preHandler", async request => Object.assign(request, { user: { userId: 10 } }));
  app.register(toFastifyPlugin(routes), { prefix: "/prefix" });
  app.post("/own", async request => ({ got: request.body }));
  closers.push(() => app.close());

  const ask = at(await app.listen({ host: "127.0.0.1", port: 0 }));
  const body = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: "ab".repeat(32) };
  expect((await ask(jsonRequest("PUT", `/prefix${DEVICES}`, { body }))).status).toBe(200);
  expect(await answerOf(await ask(jsonRequest("POST", "/own", { body: { a: 1 } })))).toEqual({
    status: 200,
    body: { got: { a: 1 } },
  });
});

test("Fastify: a body that its own JSON parser has read already is taken from there", async () => {
  const { routes } = createWorld();
  const app = fastify();
  // An app that insists on its parser, also within the plugin.
  const scope = (instance: typeof app) =>
    Object.assign(Object.create(instance) as typeof app, {
      removeAllContentTypeParsers() {},
      addContentTypeParser() {},
      register: (plugin: (scope: typeof app) => Promise<void>) => plugin(scope(instance)),
    });
  await toFastifyPlugin(routes)(scope(app));
  closers.push(() => app.close());

  const ask = at(await app.listen({ host: "127.0.0.1", port: 0 }));
  const body = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: "ab".repeat(32) };
  expect((await ask(jsonRequest("PUT", DEVICES, { headers: BEARER, body }))).status).toBe(200);
});

test("Fastify: a chunked body that grows too large leaves the connection good for the next request", async () => {
  const app = createFastify(createWorld().routes);
  closers.push(() => app.close());
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  expect(statuses(await raw(Number(port), ENDLESS_THEN_ANOTHER))).toEqual([413, 404]);
});

test("the example rings a phone through each of them", async () => {
  const { code, output } = await runExample("frameworks/run.ts");
  const names = Object.keys(servers);
  expect(output.trim().split("\n")).toEqual([
    ...names.map(name => `${name}: registered 200, called 200, rings: User 11`),
    `All ${names.length} ring.`,
  ]);
  expect(code).toBe(0);
});
