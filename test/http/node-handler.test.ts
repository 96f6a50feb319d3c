import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { toNodeHandler } from "apns-voip/node";
import express5, { type RequestHandler } from "express";
import express4 from "express4";
import { afterEach, describe, expect, test } from "vitest";
import { ENDLESS_THEN_ANOTHER, raw, statuses } from "./raw.js";
import { ADMIN, answerOf, BEARER, CALL, CALL_BODY, createWorld, DEVICES } from "./world.js";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function serve(listener: Listener): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, server };
}

function json(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } };
}

const BODY = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: "ab".repeat(32) };
const PUT = json("PUT", BODY, BEARER);

describe.each([
  ["Express 5", express5],
  ["Express 4", express4 as unknown as typeof express5],
])("%s", (_, express) => {
  test.each<[string, RequestHandler]>([
    ["json", express.json()],
    ["raw", express.raw({ type: () => true })],
    ["text", express.text({ type: () => true })],
    ["urlencoded, which passes it by", express.urlencoded({ extended: true })],
  ])("works after a body parser: %s", async (_, parser) => {
    const { routes, devices } = createWorld();
    const app = express();
    app.use(parser);
    app.use(toNodeHandler(routes));
    const { url } = await serve(app);
    expect(await answerOf(await fetch(url + DEVICES, PUT))).toEqual({ status: 200, body: { success: true } });
    expect(await devices.list("10", "voip")).toHaveLength(1);
    expect((await fetch(url + DEVICES, { method: "DELETE", headers: BEARER })).status).toBe(400);
  });

  test("a body that a parser has unpacked is read as the parser left it", async () => {
    const { routes } = createWorld();
    const app = express();
    app.use(express.json());
    app.use(toNodeHandler(routes));
    const { url } = await serve(app);
    const { gzipSync } = await import("node:zlib");
    const body = gzipSync(JSON.stringify(BODY));
    const headers = { ...BEARER, "content-type": "application/json", "content-encoding": "gzip" };
    expect((await fetch(url + DEVICES, { method: "PUT", body, headers })).status).toBe(200);
  });

  test("a form that a parser has read is still 415", async () => {
    const { routes } = createWorld();
    const app = express();
    app.use(express.urlencoded({ extended: true }));
    app.use(toNodeHandler(routes));
    const { url } = await serve(app);
    const body = new URLSearchParams({ toUserId: "10" });
    expect((await fetch(url + CALL, { method: "POST", body, headers: ADMIN })).status).toBe(415);
  });

  test.each([
    ["/prefix", `/prefix${DEVICES}`],
    ["/api", DEVICES],
    ["/api/v1/me", DEVICES],
  ])("works mounted under %s", async (prefix, path) => {
    const { routes, lines } = createWorld();
    const app = express();
    app.use(prefix, toNodeHandler(routes));
    const { url } = await serve(app);
    expect((await fetch(`${url}${path}?x=1`, PUT)).status).toBe(200);
    expect(lines.at(-1)).toBe(`PUT ${DEVICES} - 200 OK`);
    expect((await fetch(`${url}${prefix}/other`, PUT)).status).toBe(404);
  });

  test("a single route works wherever it is put", async () => {
    const { routes, mock, devices } = createWorld();
    const phone = mock.device();
    await devices.save(phone.device());
    const app = express();
    app.post("/ring/:id", toNodeHandler(routes.pushCall));
    const { url } = await serve(app);
    expect((await fetch(`${url}/ring/10`, json("POST", CALL_BODY, ADMIN))).status).toBe(200);
    expect(phone.calls).toHaveLength(1);
  });

  test("authenticate sees what other middleware has found out", async () => {
    const { routes, devices } = createWorld({
      routes: { authenticate: async (_request, native) => (native as { user: { userId: number } }).user },
    });
    const app = express();
    app.use((request, _response, next) => {
      Object.assign(request, { user: { userId: 42 } });
      next();
    });
    app.use(toNodeHandler(routes));
    const { url } = await serve(app);
    expect((await fetch(url + DEVICES, json("PUT", BODY))).status).toBe(200);
    expect(await devices.list("42", "voip")).toHaveLength(1);
  });

  test("authenticate gets a standard request, and may look at a copy of the body", async () => {
    const seen: unknown[] = [];
    const { routes, devices } = createWorld({
      routes: {
        authenticate: async request => {
          seen.push(request.url, request.headers.get("content-type"), await request.clone().json());
          return { userId: 10 };
        },
      },
    });
    const { url } = await serve(express().use(toNodeHandler(routes)));
    expect((await fetch(url + DEVICES, json("PUT", BODY))).status).toBe(200);
    expect(seen).toEqual([url + DEVICES, "application/json", BODY]);
    expect(await devices.list("10", "voip")).toHaveLength(1);
  });

  test("authenticate that takes the body itself is named in the log", async () => {
    const { routes, lines } = createWorld({
      routes: {
        authenticate: async request => {
          await request.text();
          return { userId: 10 };
        },
      },
    });
    const { url } = await serve(express().use(toNodeHandler(routes)));
    expect((await fetch(url + DEVICES, json("PUT", BODY))).status).toBe(500);
    expect(lines.at(-1)).toContain("the body was read before the routes got the request");
  });

  test("a request that other middleware has paused is read", async () => {
    const { routes } = createWorld();
    const app = express();
    app.use((request, _response, next) => {
      request.pause();
      next();
    });
    app.use(toNodeHandler(routes));
    const { url } = await serve(app);
    expect((await fetch(url + CALL, json("POST", CALL_BODY, ADMIN))).status).toBe(404);
    expect((await fetch(url + DEVICES, PUT)).status).toBe(200);
  });

  test("a handler that wraps the routes hands them a standard request", async () => {
    const { routes, devices } = createWorld();
    const wrapped = { ...routes, fetch: (request: Request, native?: unknown) => routes.fetch(request, native) };
    const { url } = await serve(express().use(toNodeHandler(wrapped)));
    expect(await answerOf(await fetch(url + DEVICES, PUT))).toEqual({ status: 200, body: { success: true } });
    expect(await devices.list("10", "voip")).toHaveLength(1);
  });

  test("a handler that throws goes to the app's error handler", async () => {
    const app = express();
    app.use(
      toNodeHandler(() => {
        throw new Error("broken");
      }),
    );
    const onError: express5.ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(500).json({ caught: error.message });
    };
    app.use(onError);
    const { url } = await serve(app);
    expect(await answerOf(await fetch(url))).toEqual({ status: 500, body: { caught: "broken" } });
  });
});

describe("node:http", () => {
  test("without next, another path is 404", async () => {
    const { url } = await serve(toNodeHandler(createWorld().routes));
    expect(await answerOf(await fetch(`${url}/x`))).toEqual({ status: 404, body: { error: "not_found" } });
  });

  test("a path that begins with two slashes names no other host, and no route", async () => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    expect(await raw(port, `PUT //evil${DEVICES} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/ 404 /);
  });

  test.each([
    ["a Host that is none", `PUT ${DEVICES} HTTP/1.1\r\nHost: a b/?\r\nConnection: close\r\n\r\n`, 401],
    ["TRACE", `TRACE ${DEVICES} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 405],
    ["HEAD", `HEAD ${DEVICES} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 405],
    ["a request without a path", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404],
  ])("%s is answered", async (_, text, status) => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    expect(await raw(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("a handler that throws is 500, and the answer says nothing of its error", async () => {
    const { url } = await serve(
      toNodeHandler(async () => {
        throw new Error("secret");
      }),
    );
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
  });

  test("cookies come through one by one", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const { url } = await serve(toNodeHandler(() => new Response("ok", { headers })));
    expect((await fetch(url)).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("a client that waits for 100-continue gets it", async () => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    const headers = { ...BEARER, "content-type": "application/json", expect: "100-continue" };
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({ port, path: DEVICES, method: "PUT", headers }, response =>
        resolve(response.resume().statusCode),
      );
      request.on("continue", () => request.end(PUT.body)).on("error", reject);
      request.flushHeaders();
    });
    expect(status).toBe(200);
  });

  test("a huge body is 413 while it is still coming, and only a little of it is held", async () => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    const answer = await new Promise<{ status: number | undefined; sent: number }>((resolve, reject) => {
      let sent = 0;
      const headers = { ...ADMIN, "content-type": "application/json", "transfer-encoding": "chunked" };
      const request = httpRequest({ port, path: CALL, method: "POST", headers }, response => {
        resolve({ status: response.statusCode, sent });
        request.destroy();
      });
      request.on("error", reject);
      const chunk = Buffer.alloc(16 * 1024, 32);
      const more = () => {
        sent += chunk.length;
        request.write(chunk, error => !error && !request.destroyed && setImmediate(more));
      };
      more();
    });
    expect(answer.status).toBe(413);
    expect(answer.sent).toBeLessThan(8 * 1024 * 1024);
  });

  test.each([
    ["refused by its length", 401, { "content-type": "application/json" }],
    ["too large", 413, { ...ADMIN, "content-type": "application/json" }],
  ])("after a body that was %s the connection serves the next request", async (_, status, headers) => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    const body = "x".repeat(1_000_000);
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const text =
      `POST ${CALL} HTTP/1.1\r\nHost: x\r\n${head.join("")}Content-Length: ${body.length}\r\n\r\n${body}` +
      `GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(statuses(await raw(port, text))).toEqual([status, 404]);
  });

  test("a chunked body that grows too large leaves the connection good for the next request", async () => {
    const { port } = await serve(toNodeHandler(createWorld().routes));
    expect(statuses(await raw(port, ENDLESS_THEN_ANOTHER))).toEqual([413, 404]);
  });

  test.each([
    ["PUT", DEVICES, "Authorization: Bearer user-10"],
    ["POST", CALL, `X-Admin-Token: ${ADMIN["x-admin-token"]}`],
  ])("a client that goes away in the middle of its body breaks nothing: %s %s", async (method, path, who) => {
    const { routes, lines } = createWorld();
    const { port, url } = await serve(toNodeHandler(routes));
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: x\r\n${who}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"`,
    );
    await new Promise(resolve => socket.once("connect", resolve));
    await turns();
    socket.destroy();
    await until(() => lines.length > 0);
    expect(lines).toEqual([`${method} ${path} - 400 invalid_request (the body ended early)`]);
    expect((await fetch(url + DEVICES, PUT)).status).toBe(200);
  });

  test("a client that goes away while Apple is asked breaks nothing, and the phone rings", async () => {
    const { routes, mock, devices, events, apns } = createWorld();
    const phone = mock.device();
    await devices.save(phone.device());
    await apns.warmUp();
    mock.script("*", [{ delay: 500 }]);
    const { url } = await serve(toNodeHandler(routes));
    const abort = new AbortController();
    const asked = fetch(url + CALL, { ...json("POST", CALL_BODY, ADMIN), signal: abort.signal });
    const gone = expect(asked).rejects.toThrow();
    await until(() => events.some(({ type }) => type === "apns.attempt"));
    abort.abort();
    await gone;
    await mock.clock.advance(600);
    await until(() => events.some(({ type }) => type === "http.answered"));
    expect(events.at(-1)).toMatchObject({ type: "http.answered", status: 200 });
    expect(phone.calls).toHaveLength(1);
  });

  test("a server that speaks HTTP/2 works too", async () => {
    const server = createHttp2Server(toNodeHandler(createWorld().routes));
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closers.push(() => {
      session.destroy();
      return new Promise(resolve => server.close(resolve));
    });
    const stream = session.request({
      ":method": "PUT",
      ":path": DEVICES,
      "content-type": "application/json",
      ...BEARER,
    });
    stream.end(JSON.stringify(BODY));
    const status = await new Promise(resolve => stream.on("response", headers => resolve(headers[":status"])));
    expect(status).toBe(200);
  });
});

async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
}

/** Waits for something that real sockets bring about. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turns(1);
}
