import { createServer as createTcpServer, type Server } from "node:net";
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
  type TlsOptions,
} from "node:tls";
import { type ApnsClientOptions, type ApnsVoipEvent, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "../../src/testing/http2/certificate.js";
import { goawayFrame } from "../../src/testing/http2/frames.js";
import { rig, tally, transport } from "./rig.js";

const call = { deviceToken: "ab".repeat(32), pushType: "voip", payload: { callId: "1" } } as const;

/** A client of whatever listens there, on real time: what happens takes milliseconds. */
function clientAt(production: string, options: Partial<ApnsClientOptions> = {}) {
  const failures: Extract<ApnsVoipEvent, { type: "apns.connection-failed" }>[] = [];
  const client = createApnsClient({
    ...createMockApns().key,
    bundleId: "com.example.app",
    endpoints: { production },
    transport,
    onEvent: event => event.type === "apns.connection-failed" && failures.push(event),
    ...options,
  } as ApnsClientOptions);
  onTestFinished(() => client.close());
  return { client, failures, warmUp: () => client.warmUp() };
}

function listening(server: Server): Promise<string> {
  onTestFinished(() => void server.close());
  return new Promise(resolve => {
    server.listen(0, "127.0.0.1", () => resolve(`https://127.0.0.1:${(server.address() as { port: number }).port}`));
  });
}

/** A TLS server that is not Apple's, and its authority. */
async function stranger(
  options: TlsOptions = {},
  hosts = ["127.0.0.1"],
  greet: (socket: TLSSocket) => void = () => {},
) {
  const authority = makeAuthority();
  const open = new Set<TLSSocket>();
  const server = createTlsServer({ ...authority.issue(hosts), ...options }, socket => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    greet(socket.resume());
  });
  server.on("tlsClientError", () => {});
  return { url: await listening(server), ca: authority.ca, open };
}

describe("certificates", () => {
  test("of the system's authorities are trusted besides the `ca` that was given, not instead", async () => {
    const ours = await createMockApns().listen();
    const systems = await createMockApns().listen();
    const before = getCACertificates("default");
    onTestFinished(async () => {
      setDefaultCACertificates(before);
      await Promise.all([ours.close(), systems.close()]);
    });
    setDefaultCACertificates([systems.ca]);
    await clientAt(ours.url, { ca: ours.ca }).warmUp();
    await clientAt(systems.url, { ca: ours.ca }).warmUp();
    await clientAt(systems.url).warmUp();
    await expect(clientAt(ours.url).warmUp()).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  });

  test.each<[how: string, written: (ca: string) => string | Uint8Array]>([
    ["on one line, with \\n written out", ca => ca.trim().replaceAll("\n", "\\n")],
    ["as the base64 of the file", ca => Buffer.from(ca).toString("base64")],
    ["in UTF-16", ca => Buffer.from(`\uFEFF${ca}`, "utf16le")],
  ])("may be %s", async (_, written) => {
    const { url, ca, close } = await createMockApns().listen();
    onTestFinished(close);
    await clientAt(url, { ca: written(ca) }).warmUp();
  });

  test("may be several, and bytes", async () => {
    const { url, ca, close } = await createMockApns().listen();
    onTestFinished(close);
    await clientAt(url, { ca: Buffer.from(`${makeAuthority().ca}\n${ca}`) }).warmUp();
  });

  test("that nobody vouches for are refused", async () => {
    const { url, close } = await createMockApns().listen();
    onTestFinished(close);
    const { warmUp } = clientAt(url, { ca: makeAuthority().ca });
    await expect(warmUp()).rejects.toThrow(/^could not connect to https:\/\/127\.0\.0\.1:\d+: .*certificate/);
  });

  test("of another host are refused by name", async () => {
    const { url, ca } = await stranger({ ALPNProtocols: ["h2"] }, ["other.example.com"]);
    await expect(clientAt(url, { ca }).warmUp()).rejects.toThrow(/other\.example\.com|altnames/);
  });
});

describe("what answers instead of Apple is named", () => {
  test("a server that speaks HTTP/1.1 only", async () => {
    const { url, ca } = await stranger({ ALPNProtocols: ["http/1.1"] });
    const { warmUp } = clientAt(url, { ca });
    await expect(warmUp()).rejects.toThrow(/did not agree on HTTP\/2.*a proxy or firewall in between/);
  });

  test("a server that does not say what it speaks", async () => {
    const { url, ca } = await stranger();
    await expect(clientAt(url, { ca }).warmUp()).rejects.toThrow(/did not agree on HTTP\/2 \(it chose nothing\)/);
  });

  test("a server without TLS", async () => {
    const url = await listening(
      createTcpServer(socket => socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    await expect(clientAt(url).warmUp()).rejects.toThrow(
      /^could not connect to https:.*(does not speak TLS: a proxy or firewall|packet length)/i,
    );
  });

  test.each([
    ['{"reason":"BadCertificateEnvironment"}', /\(GOAWAY, code 0\): BadCertificateEnvironment$/],
    ["Maximum active streams violated", /\(GOAWAY, code 0\): "Maximum active streams violated"$/],
  ])("a server that says goodbye before anything else, with its reason: %s", async (debug, said) => {
    const { url, ca } = await stranger({ ALPNProtocols: ["h2"] }, undefined, socket =>
      socket.end(goawayFrame(0, 0, debug)),
    );
    const { warmUp, client } = clientAt(url, { ca });
    await expect(warmUp()).rejects.toMatchObject({ code: "CONNECTION_FAILED", message: said });
    const result = await client.send(call, { deadline: Date.now() + 50 });
    expect(result).toMatchObject({ outcome: "unsent", error: { code: "CONNECTION_FAILED" } });
  });

  test("a server that hangs up", async () => {
    const url = await listening(createTcpServer(socket => socket.on("error", () => {}).destroy()));
    await expect(clientAt(url).warmUp()).rejects.toThrow(
      /^could not connect to https:.*(ECONNRESET|closed|disconnected)/,
    );
  });
});

describe("a connection that cannot be made", () => {
  test("is tried with back-off, few times however many pushes wait, and each says why at its deadline", async () => {
    const { mock, client, pass, of, phones } = await rig();
    mock.faults.refuseConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const pushes = phones(500).map(({ token }) => client.send({ ...call, deviceToken: token }));
    for (const result of await pass(Promise.all(pushes))) {
      expect(result).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "CONNECTION_FAILED" } });
      expect("error" in result && result.error.message).toMatch(
        /^could not connect to https:.*; the push never left before its deadline$/,
      );
    }
    const waits = of("apns.connection-failed").map(({ retryInMilliseconds }) => retryInMilliseconds);
    expect(waits.length).toBeLessThan(16);
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(Math.max(...waits)).toBeGreaterThan(5000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
  });

  test("names the cause: a closed port", async () => {
    const closed = await createMockApns().listen();
    await closed.close();
    const { client } = clientAt(closed.url);
    const result = await client.send(call, { deadline: Date.now() + 300 });
    expect(result).toMatchObject({ outcome: "unsent", error: { code: "CONNECTION_FAILED" } });
    expect("error" in result && result.error.message).toContain("connect ECONNREFUSED 127.0.0.1");
  });

  test("because nobody answers, holds no push past its deadline, and all is well when somebody does", async () => {
    const { mock, client, pass, ring } = await rig();
    mock.clock.stop();
    mock.faults.stallConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const before = mock.clock.now();
    const short = client.send({ ...call, deviceToken: mock.device().token }, { deadline: before + 2000 });
    expect(await pass(short)).toMatchObject({ outcome: "unsent", attempts: 0 });
    expect(mock.clock.now() - before).toBeLessThan(2500);
    const late = ring();
    await mock.clock.advance(8000);
    mock.faults.clear();
    expect(await pass(late)).toMatchObject({ outcome: "accepted", attempts: 1 });
  });

  test("because a server that agreed on HTTP/2 stays silent, does not stop the next try", async () => {
    const { url, ca } = await stranger({ ALPNProtocols: ["h2"] });
    const { client, failures } = clientAt(url, { ca, timeout: 100 });
    const result = await client.send(call, { deadline: Date.now() + 1000 });
    expect(result).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "CONNECTION_FAILED" } });
    expect(failures.length).toBeGreaterThan(1);
    expect(failures[0]?.error.message).toMatch(/no connection within 100 ms|SETTINGS/);
  });

  test.each([
    ["stays silent", () => {}],
    ["talks nonsense", (socket: TLSSocket) => void socket.write("HTTP/1.1 200 OK\r\n\r\n")],
    ["says goodbye at once", (socket: TLSSocket) => void socket.write(goawayFrame(0, 0, ""))],
  ])("leaves no socket behind when a server that agreed on HTTP/2 %s", async (_what, greet) => {
    const { url, ca, open } = await stranger({ ALPNProtocols: ["h2"] }, undefined, greet);
    const { client } = clientAt(url, { ca, timeout: 100 });
    expect(await client.send(call, { deadline: Date.now() + 500 })).toMatchObject({
      outcome: "unsent",
      error: { code: "CONNECTION_FAILED", message: expect.stringContaining(url) },
    });
    await client.close();
    await expect.poll(() => open.size).toBe(0);
  });

  test("comes up with the server: pushes that waited are all sent", async () => {
    const { mock, pass, client, phones } = await rig();
    mock.faults.refuseConnections();
    mock.faults.cut();
    await mock.clock.advance(1);
    const pushes = phones(300).map(({ token }) => client.send({ ...call, deviceToken: token }));
    await mock.clock.advance(12_000);
    mock.faults.clear();
    expect(tally(await pass(Promise.all(pushes)))).toEqual({ accepted: 300 });
  });
});
