import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { type ApnsClientOptions, type ApnsVoipEvent, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { transport } from "./rig.js";

const listen = (server: Server): Promise<number> =>
  new Promise(resolve => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));

type Answer = (request: IncomingMessage, socket: Socket) => void;

/** Connects through to whatever was asked for. */
const forward: Answer = ({ url }, socket) => {
  const { hostname, port } = new URL(`http://${url}`);
  const upstream = connect(Number(port), hostname, () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.pipe(socket).pipe(upstream);
  });
  for (const end of [upstream, socket]) {
    end.on("error", () => {});
    end.on("close", () => [upstream, socket].map(other => other.destroy()));
  }
};

const refuse =
  (status: string): Answer =>
  (_request, socket) =>
    void socket.end(`HTTP/1.1 ${status}\r\n\r\n`);

/** An HTTP proxy, a mock of Apple, and a client that reaches the one through the other. */
async function setUp(answer: Answer, credentials = "", options: Partial<ApnsClientOptions> = {}) {
  const asked: IncomingMessage[] = [];
  const tunnels = new Set<Socket>();
  const proxy = createServer();
  proxy.on("connect", (request, socket: Socket) => {
    asked.push(request);
    tunnels.add(socket);
    answer(request, socket);
  });
  const mock = createMockApns();
  const server = await mock.listen();
  const events: ApnsVoipEvent[] = [];
  const client = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    endpoints: server.endpoints,
    ca: server.ca,
    proxy: `http://${credentials}127.0.0.1:${await listen(proxy)}`,
    transport,
    onEvent: event => events.push(event),
    ...options,
  } as ApnsClientOptions);
  onTestFinished(async () => {
    await client.close();
    for (const socket of tunnels) socket.destroy();
    proxy.close();
    await server.close();
  });
  const ring = (deadline = 5000) =>
    client.send(
      { deviceToken: mock.device().token, pushType: "voip", payload: { callId: "1" } },
      { deadline: Date.now() + deadline },
    );
  return { mock, client, events, asked, tunnels, server, ring };
}

describe("through an HTTP proxy", () => {
  test("pushes reach Apple in one tunnel, asked for by host and port", async () => {
    const { mock, asked, server, ring } = await setUp(forward);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    expect(mock.pushes).toHaveLength(2);
    expect(asked.map(({ url }) => `https://${url}`)).toEqual([server.url]);
    expect(asked[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  test.each([
    ["user:secret@", "user:secret"],
    ["user@", "user:"],
    ["us%40er:p%40ss%3Aw%25rd%2F%C3%BC%20@", "us@er:p@ss:w%rd/ü "],
  ])("credentials %s are shown to the proxy as they are meant", async (credentials, meant) => {
    const { asked, ring } = await setUp(forward, credentials);
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    const [kind, encoded = ""] = asked[0]?.headers["proxy-authorization"]?.split(" ") ?? [];
    expect(kind).toBe("Basic");
    expect(Buffer.from(encoded, "base64").toString("utf8")).toBe(meant);
  });

  test("a tunnel that breaks is replaced", async () => {
    const { asked, tunnels, ring } = await setUp(forward);
    await ring();
    for (const tunnel of tunnels) tunnel.destroy();
    // The first may have left on the tunnel that was breaking.
    expect(await ring()).toMatchObject({ outcome: expect.stringMatching(/accepted|unknown/) });
    expect(await ring()).toMatchObject({ outcome: "accepted", attempts: 1 });
    expect(asked.length).toBeGreaterThan(1);
  });
});

describe("a proxy that does not help is named, and its credentials are not", () => {
  const CREDENTIALS = "operator:Hunter2%21@";
  const SECRETS = ["operator", "Hunter2", Buffer.from("operator:Hunter2!").toString("base64")];

  test.each<[string, Answer, RegExp]>([
    ["that wants other credentials", refuse("407 Proxy Authentication Required"), /status 407: it wants a user name/],
    [
      "that wants a login",
      refuse("401 Unauthorized"),
      /status 401: it wants a user name and a password, or other ones$/,
    ],
    [
      "that forbids the host",
      refuse("403 Forbidden"),
      /refused CONNECT 127\.0\.0\.1:\d+ with status 403: it allows no connection to that host and port$/,
    ],
    ["that cannot reach the host", refuse("502 Bad Gateway"), /with status 502$/],
    [
      "that hangs up",
      (_request, socket) => void socket.destroy(),
      /through the proxy 127\.0\.0\.1:\d+: socket hang up/,
    ],
    ["that says nothing", () => {}, /through the proxy 127\.0\.0\.1:\d+: no connection within 200 ms/],
    [
      "that talks nonsense",
      (_request, socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"),
      /through the proxy .*Parse Error/,
    ],
    [
      "that answers for Apple itself",
      (_request, socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
      /through the proxy 127\.0\.0\.1:\d+: /,
    ],
    [
      "that hangs up during the TLS handshake",
      (_request, socket) => {
        socket.on("error", () => {}).write("HTTP/1.1 200 OK\r\n\r\n");
        socket.once("data", () => socket.destroy());
      },
      /through the proxy 127\.0\.0\.1:\d+: /,
    ],
  ])("one %s", async (_what, answer, said) => {
    const { client, events, mock, ring } = await setUp(answer, CREDENTIALS, { timeout: 200 });
    await expect(client.warmUp()).rejects.toMatchObject({ code: "CONNECTION_FAILED", message: said });
    const result = await ring(500);
    expect(result).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "CONNECTION_FAILED" } });
    expect(mock.pushes).toEqual([]);
    const warmed = await client.warmUp().catch(error => error);
    const shown = inspect([events, result, warmed], { depth: Number.POSITIVE_INFINITY, showHidden: true });
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
  });

  test("one that is not there", async () => {
    const gone = createTcpServer();
    const port = await listen(gone);
    await new Promise(resolve => gone.close(resolve));
    const { client } = await setUp(forward, "", { proxy: `http://${CREDENTIALS}127.0.0.1:${port}` });
    const error = await client.warmUp().catch(thrown => thrown);
    expect(error.message).toMatch(/through the proxy 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain("Hunter2");
  });

  test("one whose credentials cannot be read, at the start", () => {
    const make = () => createApnsClient({ ...createMockApns().key, proxy: "http://operator:Hunter2%@proxy:3128" });
    expect(make).toThrow(/proxy: .*percent.*wanted: http:\/\/user:password@host:port/);
    expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining("Hunter2") }));
  });
});
