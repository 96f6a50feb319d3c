import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "apns-voip/node";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { servers } from "../../examples/frameworks/servers.ts";
import { raw } from "./raw.js";
import { ADMIN, answerOf, BEARER, CALL, CALL_BODY, createWorld, DEVICES, jsonRequest, MESSAGE } from "./world.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Listener = Parameters<typeof createServer>[1];

async function listen(listener: Listener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return (server.address() as AddressInfo).port;
}

const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const JSON_TYPE = { "content-type": "application/json" };

/** Bodies that end the stack of whoever reads them one level within the other. */
const NESTED: readonly (readonly [name: string, path: string, headers: Record<string, string>, body: string])[] = [
  ["20,000 lists", CALL, ADMIN, lists(20_000)],
  ["a call with a list 5,000 deep", CALL, ADMIN, `{"toUserId":10,"callId":${lists(5_000)},"fromUserId":11}`],
  [
    "a call with an own key 5,000 deep",
    CALL,
    ADMIN,
    `${JSON.stringify(CALL_BODY).slice(0, -1)},"x":${objects(5_000)}}`,
  ],
  [
    "a message whose extra is 10,000 deep",
    MESSAGE,
    ADMIN,
    `{"toUserId":10,"title":"a","body":"b","extra":${objects(10_000)}}`,
  ],
  ["a registration 5,000 deep", DEVICES, BEARER, `{"platform":"ios","bundleId":${lists(5_000)}}`],
];

describe.each(NESTED)("a body of %s is 400", (_, path, headers, body) => {
  const method = path === DEVICES ? "PUT" : "POST";
  const init = { method, headers: { ...headers, ...JSON_TYPE }, body };

  test("as a standard request", async () => {
    const { routes } = createWorld();
    expect((await routes.fetch(new Request(`http://api.test${path}`, init))).status).toBe(400);
  });

  test("behind express.json()", async () => {
    const { routes } = createWorld();
    const port = await listen(express().use(express.json({ limit: "1mb" }), toNodeHandler(routes)));
    expect((await fetch(`http://127.0.0.1:${port}${path}`, init)).status).toBe(400);
  });

  test.each(Object.entries(servers))("behind %s", async (_, start) => {
    const { routes } = createWorld();
    const { url, close } = await start(routes);
    closers.push(close);
    expect((await fetch(url + path, init)).status).toBe(400);
  });
});

test("a message whose extra has an ordinary depth is sent", async () => {
  const { routes, mock, devices } = createWorld();
  await devices.save(mock.device({ pushType: "alert" }).device());
  const body = { toUserId: 10, title: "Ann", body: "Hi", extra: JSON.parse(objects(50)) };
  expect((await routes.fetch(jsonRequest("POST", MESSAGE, { headers: ADMIN, body }))).status).toBe(200);
});

describe("HEAD has no body", () => {
  test.each([CALL, DEVICES, MESSAGE, "/nowhere"])("%s as a standard request", async path => {
    const { routes } = createWorld();
    const head = await routes.fetch(new Request(`http://api.test${path}`, { method: "HEAD" }));
    expect(head.body).toBe(null);
    const get = await routes.fetch(new Request(`http://api.test${path}`));
    expect(head.status).toBe(get.status);
  });

  test("over a socket, with another request behind it on the same connection", async () => {
    const { routes } = createWorld();
    const port = await listen(toNodeHandler(routes));
    const head = `HEAD ${CALL} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const answers = await raw(port, `${head}GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answers).toMatch(/^HTTP\/1\.1 405 [\s\S]*?\r\n\r\nHTTP\/1\.1 404 /);
  });

  test.each(Object.entries(servers))("behind %s", async (_, start) => {
    const { routes } = createWorld();
    const { url, close } = await start(routes);
    closers.push(close);
    const response = await fetch(url + CALL, { method: "HEAD" });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 405, text: "" });
  });
});

describe("authenticate gives", () => {
  const asked = (userId: unknown) => {
    const { routes, events } = createWorld({ routes: { authenticate: async () => ({ userId }) as never } });
    const body = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: "ab".repeat(32) };
    return routes
      .fetch(jsonRequest("PUT", DEVICES, { body }))
      .then(answerOf)
      .then(answer => ({ ...answer, events }));
  };

  test.each([
    ["a bigint", 2n ** 60n],
    ["a number", 10],
    ["text", "u_9f"],
  ])("%s as the user's id", async (_, id) => {
    expect((await asked(id)).status).toBe(200);
  });

  test.each([
    ["an object", { id: 10 }],
    ["a list", [10]],
    ["true", true],
    ["a fraction", 1.5],
    ["a function", () => 10],
  ])("%s: 500 and a line in the log, because no login is at fault", async (what, id) => {
    const { status, body, events } = await asked(id);
    expect({ status, body }).toEqual({ status: 500, body: { error: "internal_error" } });
    expect(events.at(-1)).toMatchObject({
      detail: expect.stringMatching(/^authenticate gave .* as userId; it must be/),
    });
    expect(what).toBeTruthy();
  });
});
