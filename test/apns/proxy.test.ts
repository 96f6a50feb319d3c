import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { inspect } from "node:util";
import { type ApnsClientOptions, type ApnsVoipEvent, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { proxyFromEnv } from "../../src/apns/proxy.js";
import { makeAuthority } from "../../src/testing/http2/certificate.js";
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

/** Vouches for proxies over TLS. */
const authority = makeAuthority();

/** An HTTP proxy, a mock of Apple, and a client that reaches the one through the other. */
async function setUp(
  answer: Answer,
  credentials = "",
  options: Partial<ApnsClientOptions> = {},
  proxy: HttpServer = createServer(),
) {
  const asked: IncomingMessage[] = [];
  const tunnels = new Set<Socket>();
  proxy.on("connect", (request, socket: Socket) => {
    asked.push(request);
    tunnels.add(socket);
    // A client that was refused may reset the connection.
    socket.on("error", () => {});
    answer(request, socket);
  });
  const mock = createMockApns();
  const server = await mock.listen();
  const events: ApnsVoipEvent[] = [];
  const client = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    endpoints: server.endpoints,
    ca: `${server.ca}\n${authority.ca}`,
    proxy: `http${proxy instanceof TlsServer ? "s" : ""}://${credentials}127.0.0.1:${await listen(proxy)}`,
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
  const { port } = proxy.address() as AddressInfo;
  return { mock, client, events, asked, tunnels, server, port, ring };
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

describe("through a proxy that is reached over TLS", () => {
  const secureProxy = (hosts = ["127.0.0.1"], by = authority) => createSecureServer(by.issue(hosts));

  test("pushes reach Apple, its certificate vouched for by `ca`, and the credentials are shown to it", async () => {
    const { mock, asked, ring } = await setUp(forward, "user:secret@", {}, secureProxy());
    expect(await ring()).toMatchObject({ outcome: "accepted" });
    expect(mock.pushes).toHaveLength(1);
    expect(asked[0]?.headers["proxy-authorization"]).toBe(`Basic ${Buffer.from("user:secret").toString("base64")}`);
  });

  test.each([
    ["nobody vouches for", secureProxy(["127.0.0.1"], makeAuthority())],
    ["is another's", secureProxy(["proxy.example.com"])],
  ])("it is refused when its certificate %s, and shown no credentials", async (_what, proxy) => {
    const { asked, client } = await setUp(forward, "user:secret@", {}, proxy);
    await expect(client.warmUp()).rejects.toMatchObject({ code: "CONNECTION_FAILED", message: /through the proxy/ });
    expect(asked).toEqual([]);
  });

  test("one that refuses is named", async () => {
    const { client } = await setUp(refuse("407 Proxy Authentication Required"), "", {}, secureProxy());
    await expect(client.warmUp()).rejects.toThrow(/status 407: it wants a user name/);
  });
});

describe("the proxy of the environment", () => {
  const APPLE = "https://api.push.apple.com";
  const PROXY = { HTTPS_PROXY: "http://proxy:3128" };

  test.each<[what: string, env: Record<string, string>, href: string]>([
    ["in capitals", PROXY, "http://proxy:3128/"],
    ["in small letters", { https_proxy: "http://proxy:3128" }, "http://proxy:3128/"],
    ["in small letters first", { ...PROXY, https_proxy: "http://other:3128" }, "http://other:3128/"],
    ["over TLS", { HTTPS_PROXY: "https://user:pass@proxy:8443" }, "https://user:pass@proxy:8443/"],
    ["without a scheme", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128/"],
    ["without a scheme, with credentials", { HTTPS_PROXY: "user:pass@proxy:3128" }, "http://user:pass@proxy:3128/"],
    ["in the quotes of a .env file", { HTTPS_PROXY: '"http://proxy:3128"' }, "http://proxy:3128/"],
    ["behind a byte order mark", { HTTPS_PROXY: "\uFEFFhttp://proxy:3128" }, "http://proxy:3128/"],
    ["in capitals where the other is empty", { ...PROXY, https_proxy: "" }, "http://proxy:3128/"],
  ])("is read %s", (_what, env, href) => {
    expect(proxyFromEnv(APPLE, env)?.href).toBe(href);
  });

  test("is none when nothing is set", () => {
    expect(proxyFromEnv(APPLE, {})).toBeUndefined();
    expect(proxyFromEnv(APPLE, { HTTPS_PROXY: " ", HTTP_PROXY: "http://proxy:3128" })).toBeUndefined();
  });

  test.each([
    ["*", APPLE],
    ["api.push.apple.com", APPLE],
    ["API.Push.Apple.Com", APPLE],
    ["localhost, api.push.apple.com", APPLE],
    ["localhost api.push.apple.com", APPLE],
    [".apple.com", APPLE],
    ["*.apple.com", APPLE],
    ["apple.com", APPLE],
    ["api.push.apple.com:443", APPLE],
    [".apple.com:443", APPLE],
    ["api.push.apple.com:2197", `${APPLE}:2197`],
    ["127.0.0.1", "https://127.0.0.1:8443"],
    ["127.0.0.1:8443", "https://127.0.0.1:8443"],
    ["::1", "https://[::1]:8443"],
    ["[::1]:8443", "https://[::1]:8443"],
    ["apple.com.", APPLE],
    ["'*.apple.com'", APPLE],
    ["127.0.0.0/8", "https://127.0.0.1:8443"],
    ["localhost,10.0.0.0/8", "https://10.1.2.3"],
    ["0.0.0.0/0", "https://127.0.0.1"],
    ["0:0:0:0:0:0:0:1", "https://[::1]:8443"],
    ["fd00::/8", "https://[fd12::1]:8443"],
    ["[fd00::1]", "https://[fd00::1]"],
  ])("is left out by NO_PROXY=%s for %s", (NO_PROXY, origin) => {
    expect(proxyFromEnv(origin, { ...PROXY, NO_PROXY })).toBeUndefined();
    expect(proxyFromEnv(origin, { ...PROXY, no_proxy: NO_PROXY })).toBeUndefined();
  });

  test.each([
    ["", APPLE],
    [",", APPLE],
    ["sandbox.push.apple.com", APPLE],
    ["ple.com", APPLE],
    [".push", APPLE],
    ["api.push.apple.com:2197", APPLE],
    ["apple.com:443", `${APPLE}:2197`],
    ["api.push.apple.com.example.com", APPLE],
    ["0.0.0.0/0", APPLE],
    ["10.0.0.0/8", "https://11.1.2.3"],
    ["10.0.0.0/33", "https://10.0.0.0"],
    ["::/0", "https://127.0.0.1"],
    ["127.0.0.1", "https://127.0.0.10"],
    ["127.0.0.1:9", "https://127.0.0.1:8443"],
    ["fd00::/8", "https://[fe80::1]"],
  ])("is used in spite of NO_PROXY=%s for %s", (NO_PROXY, origin) => {
    expect(proxyFromEnv(origin, { ...PROXY, NO_PROXY })?.href).toBe("http://proxy:3128/");
  });

  test('is taken by `proxy: "env"`, but for the hosts of NO_PROXY', async () => {
    const through = await setUp(forward);
    const { port } = new URL(through.server.url);
    const proxy = `http://127.0.0.1:${through.port}`;
    vi.stubEnv("HTTPS_PROXY", proxy).stubEnv("https_proxy", "").stubEnv("NO_PROXY", "").stubEnv("no_proxy", "");
    onTestFinished(() => void vi.unstubAllEnvs());
    const create = () =>
      createApnsClient({
        ...through.mock.key,
        bundleId: "com.example.app",
        endpoints: through.server.endpoints,
        ca: through.server.ca,
        proxy: "env",
      });
    for (const [NO_PROXY, times] of [
      ["", 1],
      [`127.0.0.1:${port}`, 1],
      ["example.com", 2],
    ] as const) {
      vi.stubEnv("NO_PROXY", NO_PROXY);
      const client = create();
      await client.warmUp();
      await client.close();
      expect(through.asked).toHaveLength(times);
    }
    vi.stubEnv("HTTPS_PROXY", "socks5://user:Hunter2!@proxy");
    expect(create).toThrow(/proxy: "env" given, and HTTPS_PROXY holds a URL with socks5:/);
    expect(create).toThrow(expect.not.objectContaining({ message: expect.stringContaining("Hunter2") }));
  });
});
