import { createMockApns, type MockDevice } from "apns-voip/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { CALL, type Key, open, providerToken, request, voipHeaders } from "./apple.js";

type Mock = ReturnType<typeof createMockApns>;
type Headers = Readonly<Record<string, string | undefined>>;

/** One request to one of Apple's hosts, by either door. */
interface Asked {
  readonly environment: "production" | "sandbox";
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOSTS = { production: "https://api.push.apple.com", sandbox: "https://api.sandbox.push.apple.com" };

const DOORS = {
  async fetch(mock: Mock, { environment, path, method, headers, body }: Asked): Promise<Answered> {
    const init = { method, headers, ...(method === "GET" ? {} : { body }) };
    const response = await mock.fetch(HOSTS[environment] + path, init);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  },
  async listen(mock: Mock, { environment, path, method, headers, body }: Asked): Promise<Answered> {
    const server = await mock.listen();
    const session = open(server.endpoints[environment], server.ca);
    onTestFinished(async () => {
      session.destroy();
      await server.close();
    });
    return request(session, path, { ...headers, ":method": method }, method === "GET" ? "" : body);
  },
};

interface Changes {
  readonly headers?: Headers;
  readonly path?: string;
  readonly body?: string;
  readonly method?: string;
  readonly environment?: "production" | "sandbox";
  readonly key?: Key;
  readonly token?: string;
}

/** A mock with one phone, and a sender that makes no mistake but the ones it is told to make. */
function setUp(
  options: Parameters<typeof createMockApns>[0] = {},
  device: Parameters<Mock["device"]>[0] = {},
  door: keyof typeof DOORS = "fetch",
) {
  const mock = createMockApns(options);
  const phone: MockDevice = mock.device(device);
  let token: Promise<string> | undefined;
  const push = async (changes: Changes = {}) => {
    token ??= providerToken(mock.key, { issuedAt: mock.clock.now() });
    const { key, method = "POST", body = JSON.stringify(CALL), environment = phone.environment } = changes;
    const path = changes.path ?? `/3/device/${phone.token}`;
    const signed = key ? providerToken(key, { issuedAt: mock.clock.now() }) : token;
    const headers = voipHeaders(changes.token ?? (await signed), {
      "apns-topic": phone.topic,
      "apns-push-type": phone.pushType,
      ...changes.headers,
    }) as Record<string, string>;
    const answer = await DOORS[door](mock, { environment, path, method, headers, body });
    const refusal = answer.body === "" ? {} : (JSON.parse(answer.body) as { reason: string; timestamp?: number });
    return { status: answer.status, headers: answer.headers, ...refusal };
  };
  return { mock, phone, push };
}

describe("the mock refuses as Apple does:", () => {
  const cases: readonly (readonly [string, Changes, number, string])[] = [
    ["another method than POST", { method: "GET" }, 405, "MethodNotAllowed"],
    ["another path", { path: "/3/devices/ab" }, 404, "BadPath"],
    ["a path that goes on", { path: "/3/device/ab/cd" }, 404, "BadPath"],
    ["a path without a device token", { path: "/3/device/" }, 400, "MissingDeviceToken"],
    ["a path that ends before the device token", { path: "/3/device" }, 400, "MissingDeviceToken"],
    ["a device token that is not hex", { path: "/3/device/xyz" }, 400, "BadDeviceToken"],
    ["a device token that it never gave out", { path: `/3/device/${"ab".repeat(32)}` }, 400, "BadDeviceToken"],
    ["a device token of the other environment", { environment: "sandbox" }, 400, "BadDeviceToken"],
    ["no provider token", { headers: { authorization: undefined } }, 403, "MissingProviderToken"],
    ["an empty provider token", { headers: { authorization: "bearer " } }, 403, "MissingProviderToken"],
    ["another scheme", { headers: { authorization: "basic abc" } }, 403, "InvalidProviderToken"],
    ["a provider token that is none", { token: "a.b.c" }, 403, "InvalidProviderToken"],
    ["an id that is no UUID", { headers: { "apns-id": "1" } }, 400, "BadMessageId"],
    ["an expiration that is no number", { headers: { "apns-expiration": "soon" } }, 400, "BadExpirationDate"],
    ["a negative expiration", { headers: { "apns-expiration": "-1" } }, 400, "BadExpirationDate"],
    ["another priority than 10, 5 or 1", { headers: { "apns-priority": "7" } }, 400, "BadPriority"],
    ["a collapse id over 64 bytes", { headers: { "apns-collapse-id": "c".repeat(65) } }, 400, "BadCollapseId"],
    ["an unknown push type", { headers: { "apns-push-type": "phone" } }, 400, "InvalidPushType"],
    ["push type alert with the .voip topic", { headers: { "apns-push-type": "alert" } }, 400, "InvalidPushType"],
    ["the .voip topic without a push type", { headers: { "apns-push-type": undefined } }, 400, "InvalidPushType"],
    ["no topic", { headers: { "apns-topic": undefined } }, 400, "MissingTopic"],
    ["an empty topic", { headers: { "apns-topic": "" } }, 400, "MissingTopic"],
    ["a topic with a blank", { headers: { "apns-topic": "com example.voip" } }, 400, "BadTopic"],
    ["a topic with the suffix twice", { headers: { "apns-topic": "com.example.app.voip.voip" } }, 400, "BadTopic"],
    ["a VoIP push to the plain bundle id", { headers: { "apns-topic": "com.example.app" } }, 400, "TopicDisallowed"],
    [
      "the topic of another app",
      { headers: { "apns-topic": "com.example.other.voip" } },
      400,
      "DeviceTokenNotForTopic",
    ],
    ["an empty body", { body: "" }, 400, "PayloadEmpty"],
    ["a body that is not JSON", { body: "{" }, 400, "PayloadEmpty"],
    ["a body that is no JSON object", { body: "[1]" }, 400, "PayloadEmpty"],
    [
      "more than 5120 bytes of a VoIP push",
      { body: JSON.stringify({ ...CALL, pad: "x".repeat(5100) }) },
      413,
      "PayloadTooLarge",
    ],
  ];

  const everyDoor = cases.flatMap(([name, ...rest]) =>
    (["fetch", "listen"] as const).map(door => [name, door, ...rest] as const),
  );
  it.each(everyDoor)("%s, by mock.%s", async (_name, door, changes, status, reason) => {
    const { mock, phone, push } = setUp({}, {}, door);
    expect(await push(changes)).toMatchObject({ status, reason });
    expect(phone.calls).toEqual([]);
    expect(mock.pushes).toMatchObject([{ status, reason }]);
  });

  it("a repeated header, where the sender still shows it", async () => {
    const { mock, phone } = setUp();
    const headers = Object.entries(voipHeaders(await providerToken(mock.key))) as [string, string][];
    const response = await mock.fetch(`${HOSTS.production}/3/device/${phone.token}`, {
      method: "POST",
      headers: [...headers, ["apns-topic", phone.topic]],
      body: JSON.stringify(CALL),
    });
    expect([response.status, await response.json()]).toEqual([400, { reason: "DuplicateHeaders" }]);
  });

  it("more than 4096 bytes of an alert, where a VoIP push may have 5120", async () => {
    const body = JSON.stringify({ ...CALL, pad: "x".repeat(4500) });
    expect(await setUp({}, { pushType: "alert" }).push({ body })).toMatchObject({
      status: 413,
      reason: "PayloadTooLarge",
    });
    expect(await setUp().push({ body })).toMatchObject({ status: 200 });
  });

  it("an alert token with the .voip topic, and a VoIP token with the plain one", async () => {
    const alert = setUp({}, { pushType: "alert" });
    expect(
      await alert.push({ headers: { "apns-push-type": "voip", "apns-topic": "com.example.app.voip" } }),
    ).toMatchObject({
      status: 400,
      reason: "DeviceTokenNotForTopic",
    });
    expect(
      await setUp().push({ headers: { "apns-push-type": "alert", "apns-topic": "com.example.app" } }),
    ).toMatchObject({
      status: 400,
      reason: "TopicDisallowed",
    });
  });

  it("a background push with priority 10", async () => {
    const { push } = setUp({}, { pushType: "alert" });
    const headers = { "apns-push-type": "background" };
    expect(await push({ headers })).toMatchObject({ status: 400, reason: "BadPriority" });
    expect(await push({ headers: { ...headers, "apns-priority": "5" } })).toMatchObject({ status: 200 });
  });

  it("a token of an uninstalled app, and says since when", async () => {
    const { phone, push } = setUp();
    phone.uninstall(new Date("2026-01-02T03:04:05.678Z"));
    expect(await push()).toMatchObject({ status: 410, reason: "Unregistered", timestamp: 1767323045678 });
    phone.expireToken();
    expect(await push()).toMatchObject({
      status: 410,
      reason: "ExpiredToken",
      timestamp: expect.closeTo(Date.now(), -4),
    });
    phone.reinstall();
    expect(await push()).toMatchObject({ status: 200 });
  });

  it("too many pushes to one device, if told how many are too many", async () => {
    const { mock, push } = setUp({ pushesPerMinute: 2 });
    const statuses = async () => [(await push()).status, (await push()).status, await push()];
    expect(await statuses()).toEqual([200, 200, expect.objectContaining({ status: 429, reason: "TooManyRequests" })]);
    await mock.clock.advance(61_000);
    expect((await push()).status).toBe(200);
  });
});

describe("the mock reads provider tokens as Apple does", () => {
  const now = Date.now();
  const cases: readonly (readonly [string, (key: Key) => Promise<string>, string])[] = [
    [
      "one that is older than an hour",
      key => providerToken(key, { issuedAt: now - 61 * 60_000 }),
      "ExpiredProviderToken",
    ],
    [
      "one from more than an hour ahead",
      key => providerToken(key, { issuedAt: now + 62 * 60_000 }),
      "ExpiredProviderToken",
    ],
    ["an unknown key id", key => providerToken(key, { kid: "UNKNOWN000" }), "InvalidProviderToken"],
    ["another team's id", key => providerToken(key, { iss: "OTHERTEAM1" }), "InvalidProviderToken"],
    [
      "a signature of another key",
      async key => providerToken({ ...key, key: createMockApns().key.key }),
      "InvalidProviderToken",
    ],
    ["a changed signature", async key => (await providerToken(key)).replace(/.{4}$/, "AAAA"), "InvalidProviderToken"],
  ];

  it.each(cases)("refuses %s", async (_name, make, reason) => {
    const { mock, push } = setUp();
    expect(await push({ token: await make(mock.key) })).toMatchObject({ status: 403, reason });
  });

  it("accepts one that is 59 minutes old", async () => {
    const { mock, push } = setUp();
    expect((await push({ token: await providerToken(mock.key, { issuedAt: now - 59 * 60_000 }) })).status).toBe(200);
  });

  it("refuses a second one within 20 minutes, and takes it after", async () => {
    const { mock, push } = setUp();
    const first = await providerToken(mock.key, { issuedAt: now - 10_000 });
    const second = await providerToken(mock.key, { issuedAt: now });
    expect((await push({ token: first })).status).toBe(200);
    expect(await push({ token: second })).toMatchObject({ status: 429, reason: "TooManyProviderTokenUpdates" });
    expect((await push({ token: first })).status).toBe(200);
    await mock.clock.advance(20 * 60_000);
    expect((await push({ token: second })).status).toBe(200);
  });

  it("refuses a key of the other environment, in Apple's spelling or the documented one", async () => {
    for (const reason of ["BadEnvironmentKeyInToken", "BadEnvironmentKeyIdInToken"] as const) {
      const { mock, push } = setUp({ environmentKeyReason: reason });
      expect(await push({ key: mock.addKey({ environments: ["sandbox"] }) })).toMatchObject({ status: 403, reason });
      expect((await push({ key: mock.addKey({ environments: ["production"] }) })).status).toBe(200);
    }
  });

  it("refuses a topic that the key may not use", async () => {
    const { mock, push } = setUp();
    expect(await push({ key: mock.addKey({ topics: ["com.example.other"] }) })).toMatchObject({
      status: 400,
      reason: "TopicDisallowed",
    });
    expect((await push({ key: mock.addKey({ topics: ["com.example.app"] }) })).status).toBe(200);
  });

  it("refuses the app of another team", async () => {
    const { mock, push } = setUp();
    expect(await push({ key: mock.addKey({ teamId: "OTHERTEAM1" }) })).toMatchObject({
      status: 400,
      reason: "TopicDisallowed",
    });
  });

  it("refuses a revoked key at once", async () => {
    const { mock, push } = setUp();
    expect((await push()).status).toBe(200);
    mock.revokeKey(mock.key.keyId);
    expect(await push()).toMatchObject({ status: 403, reason: "InvalidProviderToken" });
  });
});

describe("the mock answers as Apple does", () => {
  it("echoes the sender's id, and makes one where there is none", async () => {
    const { push } = setUp();
    const id = "00000000-0000-4000-8000-00000000abcd";
    expect((await push({ headers: { "apns-id": id } })).headers["apns-id"]).toBe(id);
    expect((await push({ headers: { "apns-id": undefined } })).headers["apns-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect((await push({ headers: { "apns-id": id }, body: "" })).headers["apns-id"]).toBe(id);
  });

  it("adds a unique id in the sandbox only", async () => {
    expect((await setUp({}, { environment: "sandbox" }).push()).headers["apns-unique-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect((await setUp().push()).headers["apns-unique-id"]).toBeUndefined();
  });

  it("dates answers by its own clock", async () => {
    const { mock, push } = setUp();
    await mock.clock.advance(30 * 60_000);
    const date = Date.parse((await push()).headers.date ?? "");
    expect(date).toBeGreaterThan(Date.now() + 29 * 60_000);
  });

  it("keeps a list of what it judged", async () => {
    const { mock, phone, push } = setUp();
    await push();
    expect(mock.pushes).toMatchObject([
      {
        token: phone.token,
        environment: "production",
        payload: CALL,
        status: 200,
        connection: 1,
        at: expect.any(Date),
      },
    ]);
    expect(mock.pushes[0]?.headers["apns-expiration"]).toBe("0");
    mock.reset();
    expect([mock.pushes, phone.calls]).toEqual([[], []]);
  });

  it("makes the same tokens from the same seed", () => {
    const tokens = (seed: number) => [createMockApns({ seed }).device().token, createMockApns({ seed }).device().token];
    const [one, other] = tokens(7);
    expect(one).toBe(other);
    expect(tokens(8)[0]).not.toBe(one);
  });
});
