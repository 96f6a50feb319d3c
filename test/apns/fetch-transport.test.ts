import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { type ApnsClient, type ApnsClientOptions, type ApnsFetch, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "../../src/testing/http2/certificate.js";
import { goTo } from "./provider-tokens.js";

/** A mock, a phone and clients whose provider token is made, all at one time of their own. */
async function setUp() {
  const mock = createMockApns();
  await goTo(mock, 5);
  const push = { deviceToken: mock.device().token, pushType: "voip", payload: { callId: "1" } } as const;
  return {
    mock,
    push,
    async clientOf(fetch: unknown, options: Partial<ApnsClientOptions> = {}): Promise<ApnsClient> {
      const client = createApnsClient({
        ...mock.key,
        bundleId: "com.example.app",
        clock: mock.clock,
        ...options,
        fetch,
      } as ApnsClientOptions);
      if (options.sign === undefined) await client.warmUp();
      return client;
    },
    /** Lets time pass until that has settled. */
    async pass<T>(until: Promise<T>): Promise<T> {
      let settled = false;
      until.finally(() => {
        settled = true;
      });
      while (!settled) await mock.clock.advance(250);
      return until;
    },
  };
}

function portOf(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

const coded = (code: string, syscall?: string, cause?: unknown) =>
  Object.assign(new Error(`${syscall ?? ""} ${code}`.trim(), { cause }), { code, syscall });
const fetchFailed = (cause?: unknown) => new TypeError("fetch failed", { cause });
const never = () => new Promise<never>(() => {});

describe("a fetch of the user's", () => {
  test("gets each push at its environment's host, with plain headers and the bytes of its JSON", async () => {
    const { mock, push, clientOf } = await setUp();
    const asked: Parameters<ApnsFetch>[] = [];
    const client = await clientOf((...request: Parameters<ApnsFetch>) => {
      asked.push(request);
      return mock.fetch(...request);
    });
    expect(await client.send(push)).toMatchObject({ outcome: "accepted", attempts: 1 });
    await client.send({ ...push, environment: "sandbox" });
    const [[url, init], [sandbox]] = asked as [Parameters<ApnsFetch>, Parameters<ApnsFetch>];
    expect(url).toBe(`https://api.push.apple.com/3/device/${push.deviceToken}`);
    expect(sandbox).toBe(`https://api.sandbox.push.apple.com/3/device/${push.deviceToken}`);
    expect(init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(Object.getPrototypeOf(init.headers)).toBe(Object.prototype);
    expect(init.headers).toMatchObject({ "apns-expiration": "0", authorization: expect.stringMatching(/^bearer /) });
    expect(Buffer.from(init.body).toString()).toBe('{"callId":"1"}');
  });

  test("may answer with any object that has status, headers and text", async () => {
    const { push, clientOf } = await setUp();
    const answered = async (status: number, body: string) => {
      const headers = new Map([["apns-unique-id", "u-1"]]);
      const client = await clientOf(async () => ({ status, headers, text: async () => body }));
      return client.send(push);
    };
    expect(await answered(200, "")).toMatchObject({ outcome: "accepted", apnsUniqueId: "u-1" });
    expect(await answered(400, '{"reason":"BadTopic"}')).toMatchObject({ reason: "BadTopic", status: 400 });
    expect(await answered(418, "<html>")).toMatchObject({ outcome: "rejected", reason: "", status: 418 });
  });

  test("whose body cannot be read, or never ends, still tells the status", async () => {
    const { push, clientOf, pass } = await setUp();
    for (const text of [() => Promise.reject(new Error("cut")), never]) {
      const client = await clientOf(async () => ({ status: 410, headers: new Map(), text }));
      expect(await pass(client.send(push))).toMatchObject({
        outcome: "rejected",
        status: 410,
        disposition: "remove-device",
      });
    }
  });

  test("that sends us elsewhere is not followed: somebody else's 200 is no acceptance of Apple's", async () => {
    const { push, clientOf } = await setUp();
    const server = createServer((request, response) =>
      request.url === "/login" ? response.end() : response.writeHead(302, { location: "/login" }).end(),
    );
    onTestFinished(() => void server.close());
    const port = await portOf(server);
    const client = await clientOf((url: string, init: RequestInit) =>
      globalThis.fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, init),
    );
    expect(await client.send(push)).toMatchObject({ outcome: "rejected", status: 302 });
  });
});

describe("a fetch that fails", () => {
  test.each<[what: string, error: unknown]>([
    ["a refused connection", fetchFailed(coded("ECONNREFUSED", "connect"))],
    ["a refused connection, not wrapped", coded("ECONNREFUSED", "connect")],
    ["an unknown host", fetchFailed(coded("ENOTFOUND", "getaddrinfo"))],
    ["a resolver out of order", fetchFailed(coded("EAI_AGAIN", "getaddrinfo"))],
    ["no route", fetchFailed(coded("EHOSTUNREACH", "connect"))],
    ["a TCP connection that took too long", fetchFailed(coded("UND_ERR_CONNECT_TIMEOUT"))],
    ["an expired certificate", fetchFailed(coded("CERT_HAS_EXPIRED"))],
    ["another host's certificate", fetchFailed(coded("ERR_TLS_CERT_ALTNAME_INVALID"))],
    ["a certificate nobody vouches for", fetchFailed(coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"))],
    [
      "no address of several",
      fetchFailed(new AggregateError([coded("ECONNREFUSED", "connect"), coded("ETIMEDOUT", "connect")])),
    ],
  ])("for %s never left: tried again, then unsent", async (_what, error) => {
    const { push, clientOf, pass } = await setUp();
    let calls = 0;
    const client = await clientOf(async () => {
      calls++;
      throw error;
    });
    const result = await pass(client.send(push));
    expect(result).toMatchObject({
      outcome: "unsent",
      attempts: 0,
      error: { code: "CONNECTION_FAILED", cause: error },
    });
    expect(result.outcome === "unsent" && result.error.message).not.toContain("fetch failed");
    expect(calls).toBeGreaterThan(3);
    expect(calls).toBeLessThan(12);
  });

  test.each<[what: string, error: unknown]>([
    ["Node's", fetchFailed(coded("HPE_INVALID_CONSTANT"))],
    ["Node's, when more bytes came", fetchFailed(coded("HPE_INVALID_VERSION"))],
    ["axios and others on node:http", coded("HPE_INVALID_HEADER_TOKEN")],
    ["Bun's", Object.assign(new Error("Malformed_HTTP_Response"), { code: "Malformed_HTTP_Response" })],
  ])("that speaks HTTP/1.1 to Apple never left, at once, and is told what to do: %s", async (_what, error) => {
    const { push, clientOf } = await setUp();
    let asked = 0;
    const client = await clientOf(async () => {
      asked++;
      throw error;
    });
    expect(await client.send(push, { onUnknown: "resend" })).toMatchObject({
      outcome: "unsent",
      attempts: 0,
      error: {
        code: "CONNECTION_FAILED",
        message: expect.stringMatching(/^https:\/\/api\.push\.apple\.com speaks HTTP\/2 only.*leave the option out/),
        cause: error,
      },
    });
    expect(asked).toBe(1);
  });

  test("that is the built-in one of this Node, asked to speak to a server of HTTP/2, is one of them", async () => {
    const { push, clientOf } = await setUp();
    // The first frame of Apple's servers.
    const server = createTcpServer(socket =>
      socket.on("error", () => {}).write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])),
    );
    const port = await portOf(server);
    onTestFinished(() => void server.close());
    const client = await clientOf((_url: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}/`, init));
    expect(await client.send(push)).toMatchObject({ outcome: "unsent", error: { code: "CONNECTION_FAILED" } });
  });

  test.each<[what: string, error: unknown]>([
    ["a reset", fetchFailed(coded("ECONNRESET", "read"))],
    ["a write that failed", fetchFailed(coded("EPIPE", "write"))],
    ["a host gone from under a connection", fetchFailed(coded("EHOSTUNREACH", "read"))],
    ["a network gone from under a connection", fetchFailed(coded("ENETUNREACH", "write"))],
    ["a connection closed by the other side", fetchFailed(coded("UND_ERR_SOCKET"))],
    [
      "two tries of its own, one of them lost",
      new AggregateError([coded("ECONNRESET", "read"), coded("ECONNREFUSED", "connect")]),
    ],
    ["a reset on a second try", coded("ECONNRESET", "read", coded("ECONNREFUSED", "connect"))],
    ["no reason", fetchFailed()],
    ["an abort of its own", new DOMException("This operation was aborted", "AbortError")],
    ["text", "offline"],
    ["nothing", undefined],
  ])("for %s may have left: unknown", async (_what, error) => {
    const { push, clientOf } = await setUp();
    const client = await clientOf(async () => {
      throw error;
    });
    const result = await client.send(push);
    expect(result).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "CONNECTION_LOST" } });
  });

  test("at once, and one that answers nothing, are unknown too", async () => {
    const { push, clientOf } = await setUp();
    const atOnce = await clientOf(() => {
      throw new Error("not today");
    });
    expect(await atOnce.send(push)).toMatchObject({ outcome: "unknown", error: { message: /not today/ } });
    const silent = await clientOf(async () => undefined);
    expect(await silent.send(push)).toMatchObject({ outcome: "unknown" });
  });

  test("for real never left: a closed port, a certificate nobody vouches for, a server that wants another protocol", async () => {
    const { mock, push, clientOf, pass } = await setUp();
    const closed = await mock.listen();
    await closed.close();
    const onlyHttp2 = await mock.listen();
    onTestFinished(onlyHttp2.close);
    let requests = 0;
    const stranger = createHttpsServer(makeAuthority().issue(["127.0.0.1"]), () => requests++);
    onTestFinished(() => void stranger.close());
    for (const production of [closed.url, onlyHttp2.url, `https://127.0.0.1:${await portOf(stranger)}`]) {
      const first = Promise.withResolvers<unknown>();
      let tries = 0;
      // Only the first try takes real time; the others fail as it did.
      const client = await clientOf(
        async (...request: Parameters<ApnsFetch>) => {
          if (tries++ > 0) throw await first.promise;
          return globalThis.fetch(...request).catch(error => {
            first.resolve(error);
            throw error;
          });
        },
        { endpoints: { production } },
      );
      const sent = client.send(push);
      await first.promise;
      const result = await pass(sent);
      expect(result).toMatchObject({ outcome: "unsent", error: { code: "CONNECTION_FAILED" } });
    }
    expect(requests).toBe(0);
  });
});

describe("requests through fetch", () => {
  test("are at most 1000 at once; the others wait for room, and no longer than their deadline", async () => {
    const { mock, push, clientOf } = await setUp();
    const release: (() => void)[] = [];
    const client = await clientOf(() => new Promise(resolve => release.push(() => resolve(new Response()))), {
      timeout: 60_000,
    });
    const first = Array.from({ length: 2500 }, () => client.send(push));
    const hurried = client.send(push, { deadline: mock.clock.now() + 1000 });
    await mock.clock.advance(500);
    expect(client.stats).toMatchObject({ inFlight: 1000, queued: 1501, connections: { production: 0 } });
    await mock.clock.advance(600);
    expect(await hurried).toMatchObject({ outcome: "unsent", attempts: 0, error: { code: "DEADLINE" } });
    while (release.length > 0) {
      for (const one of release.splice(0)) one();
      await mock.clock.advance(1);
      expect(client.stats.inFlight).toBeLessThanOrEqual(1000);
    }
    expect((await Promise.all(first)).every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test("end after the time-out, counted from leaving the queue, and are told so by their signal", async () => {
    const { mock, push, clientOf, pass } = await setUp();
    const signals: AbortSignal[] = [];
    const client = await clientOf((_url: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return never();
    });
    const before = mock.clock.now();
    const result = await pass(client.send(push));
    expect(result).toMatchObject({ outcome: "unknown", attempts: 1, error: { code: "TIMEOUT" } });
    expect(mock.clock.now() - before).toBeGreaterThan(4990);
    expect(mock.clock.now() - before).toBeLessThan(6000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test("end at the deadline when that is sooner", async () => {
    const { mock, push, clientOf, pass } = await setUp();
    const client = await clientOf(never);
    const before = mock.clock.now();
    await pass(client.send(push, { deadline: before + 1000 }));
    expect(mock.clock.now() - before).toBeLessThan(1500);
  });

  test("that answer too late change nothing", async () => {
    const { mock, push, clientOf, pass } = await setUp();
    let answer: (() => void) | undefined;
    const client = await clientOf(() => new Promise(resolve => (answer = () => resolve(new Response()))));
    const result = await pass(client.send(push));
    answer?.();
    await mock.clock.advance(10);
    expect(result).toMatchObject({ outcome: "unknown" });
    expect(client.stats).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test("are finished before the client is closed", async () => {
    const { mock, push, clientOf } = await setUp();
    const client = await clientOf(mock.fetch);
    const results = Promise.all(Array.from({ length: 20 }, () => client.send(push)));
    await client.close();
    for (const result of await results) expect(result).toMatchObject({ outcome: "accepted" });
    expect(await client.send(push)).toMatchObject({ outcome: "unsent", error: { code: "CLOSED" } });
  });

  test("wait for a signer that fails once", async () => {
    const { push, clientOf, pass } = await setUp();
    let failures = 1;
    const sign = async () => {
      if (failures-- > 0) throw new Error("throttled");
      return new Uint8Array(64);
    };
    const client = await clientOf(async () => new Response(), { key: undefined, sign } as never);
    const results = await pass(Promise.all([client.send(push), client.send(push)]));
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
  });

  test("say at their deadline that the signer fails for ever, and it is asked now and then", async () => {
    const { push, clientOf, pass } = await setUp();
    let calls = 0;
    const sign = async () => {
      calls++;
      throw new Error("AccessDenied");
    };
    const client = await clientOf(async () => new Response(), { key: undefined, sign } as never);
    for (const result of await pass(Promise.all(Array.from({ length: 300 }, () => client.send(push))))) {
      expect(result).toMatchObject({ outcome: "unsent", error: { code: "INVALID_KEY", message: /AccessDenied/ } });
    }
    expect(calls).toBeLessThan(16);
  });
});
