import {
  bearerAuth,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  createReceipts,
  isApnsVoipError,
  memoryDeviceStore,
  memoryIdempotencyStore,
  memoryReceiptStore,
} from "apns-voip";
import { diagnose } from "apns-voip/doctor";
import { postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import { redisCallStore, redisDeviceStore, redisIdempotencyStore, redisReceiptStore } from "apns-voip/redis";
import { createCalls, createPushApiClient, consoleLogger as signalLogger } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { deviceStoreConformance } from "apns-voip/testing/conformance";
import { pushApiHandlers } from "apns-voip/testing/msw";
import { describe, expect, test } from "vitest";

const mock = createMockApns();
const apns = createApnsClient({ ...mock.key, fetch: mock.fetch });
const push = createPushService({ apns, devices: memoryDeviceStore() });
const pool = { query: async () => ({ rows: [] }) };
const answer = async () => undefined;
const redis = { hgetall: answer, hset: answer, hdel: answer, eval: answer, evalsha: answer };
const routes = { push, authenticate: async () => null, adminToken: "admin-1" };
const api = { apiUrl: "http://api:3000", adminToken: "admin-1" };

/** Each factory with options that are right, and one option of it with a slip of the pen. */
const FACTORIES: readonly [name: string, make: (more: object) => unknown, slip: string, meant: string][] = [
  ["createApnsClient", more => createApnsClient({ ...mock.key, ...more }), "bundelId", "bundleId"],
  [
    "createPushService",
    more => createPushService({ apns, devices: push.devices, ...more }),
    "ringTimout",
    "ringTimeout",
  ],
  ["createPushRoutes", more => createPushRoutes({ ...routes, ...more }), "bundleId", "bundleIds"],
  ["bearerAuth", more => bearerAuth({ secret: "s3cret", ...more }), "userIDClaim", "userIdClaim"],
  ["memoryIdempotencyStore", more => memoryIdempotencyStore(more), "maxkeys", "maxKeys"],
  ["postgresDeviceStore", more => postgresDeviceStore(pool, more), "tabel", "table"],
  ["postgresUserColumnStore", more => postgresUserColumnStore(pool, more), "registeredAt", "registeredAtColumn"],
  ["redisDeviceStore", more => redisDeviceStore(redis, more), "timeOut", "timeout"],
  ["redisIdempotencyStore", more => redisIdempotencyStore(redis, more), "prefx", "prefix"],
  ["redisReceiptStore", more => redisReceiptStore(redis, more), "prefx", "prefix"],
  ["redisCallStore", more => redisCallStore(redis, more), "timout", "timeout"],
  ["memoryReceiptStore", more => memoryReceiptStore(more), "maxReciepts", "maxReceipts"],
  ["createReceipts", more => createReceipts({ secret: "a secret of receipts", ...more }), "silentAftr", "silentAfter"],
  [
    "createCalls",
    more => createCalls({ push, online: () => [], emit: () => {}, ...more }),
    "ringTimout",
    "ringTimeout",
  ],
  ["createPushApiClient", more => createPushApiClient({ ...api, ...more }), "retry", "retries"],
  ["consoleLogger", more => consoleLogger(more), "explian", "explain"],
  ["consoleLogger", more => signalLogger(more), "logg", "log"],
  ["createMockApns", more => createMockApns(more), "sead", "seed"],
  ["mock.device", more => mock.device(more), "pushtype", "pushType"],
  ["mock.addKey", more => mock.addKey(more), "teamID", "teamId"],
  ["mock.receipts", more => mock.receipts(more), "ulr", "url"],
  ["mock.faults.goaway", more => mock.faults.goaway(more), "lastStream", "lastStreamId"],
  ["mock.faults.resetStreams", more => mock.faults.resetStreams(1, more), "errorcode", "errorCode"],
  ["mock.faults.cut", more => mock.faults.cut(more), "wen", "when"],
  ["mock.faults.delay", more => mock.faults.delay(0, more), "wen", "when"],
  ["mock.script", more => mock.script("*", [more]), "statuss", "status"],
  ["deviceStoreConformance", more => deviceStoreConformance(more), "support", "supports"],
  ["pushApiHandlers", more => pushApiHandlers({ ...api, mock, ...more }), "onevent", "onEvent"],
];

function refusal(make: () => unknown) {
  try {
    make();
  } catch (error) {
    if (isApnsVoipError(error)) return { code: error.code, message: error.message, issues: error.issues };
    throw error;
  }
  return undefined;
}

describe.each(FACTORIES)("%s", (name, make, slip, meant) => {
  test("refuses an option that does not exist by name, with the nearest one that does", () => {
    expect(refusal(() => make({ [slip]: ["com.example.app"] }))).toEqual({
      code: "INVALID_OPTIONS",
      message: `${name}: ${slip}: there is no such option; did you mean ${meant}?`,
      issues: [{ path: slip, message: `there is no such option; did you mean ${meant}?` }],
    });
  });

  test("takes an option that does not exist when it is undefined", () => {
    expect(refusal(() => make({ [slip]: undefined, somethingElse: undefined }))).toBe(undefined);
  });

  test("names the options that there are where none is like the one given", () => {
    const message = refusal(() => make({ xylophone: 1 }))?.message;
    expect(message).toContain(`${name}: xylophone: there is no such option; there are `);
    expect(message).toContain(meant);
  });
});

test("diagnose refuses what its options do not have, and what is wrong with them", async () => {
  const wrong = { setps: ["phone"], timeout: 0, paths: { push: "/x" }, lang: "fr" };
  await expect(diagnose(wrong as never)).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    issues: ["setps", "lang", "paths.push", "timeout"].map(path => expect.objectContaining({ path })),
  });
});

describe("options within an option", () => {
  test.each([
    ["endpoints.prodution", () => createApnsClient({ ...mock.key, endpoints: { prodution: "https://a" } as never })],
    ["paths.calls", () => createPushRoutes({ ...routes, paths: { calls: "/x" } as never })],
    ["paths.messages", () => createPushApiClient({ ...api, paths: { messages: "/x" } as never })],
    ["supports.deviceIds", () => deviceStoreConformance({ supports: { deviceIds: false } as never })],
  ])("%s is refused with its whole name", (path, make) => {
    expect(refusal(make)?.issues).toEqual([
      { path, message: expect.stringMatching(/^there is no such option; did you mean \w+\.\w+\?$/) },
    ]);
  });
});

describe("text where an object or a function is wanted is not repeated: it may be a secret, or a URL with its password", () => {
  const SECRET = "redis://user:hunter22@redis:6379";
  test.each<[string, () => unknown]>([
    ["createReceipts, all its options", () => createReceipts(SECRET as never)],
    ["bearerAuth, all its options", () => bearerAuth(SECRET as never)],
    ["createReceipts, store", () => createReceipts({ secret: "a secret of receipts", store: SECRET as never })],
    ["createPushService, devices", () => createPushService({ apns, devices: SECRET as never })],
    ["createPushService, apns", () => createPushService({ apns: SECRET as never, devices: push.devices })],
    ["createPushRoutes, authenticate", () => createPushRoutes({ ...routes, authenticate: SECRET as never })],
    ["createCalls, push", () => createCalls({ push: SECRET as never, online: () => [], emit: () => {} })],
    ["createCalls, store", () => createCalls({ push, online: () => [], emit: () => {}, store: SECRET as never })],
    ["createApnsClient, onEvent", () => createApnsClient({ ...mock.key, onEvent: SECRET as never })],
    ["createApnsClient, bundleId", () => createApnsClient({ ...mock.key, bundleId: SECRET })],
    [
      "createApnsClient, endpoints",
      () => createApnsClient({ ...mock.key, endpoints: { sandbox: "user:hunter22@host" } }),
    ],
  ])("%s", (_, make) => {
    const { message = "", issues } = refusal(make) ?? {};
    expect(message).toMatch(/given; wanted: /);
    expect(JSON.stringify([message, issues])).not.toContain("hunter22");
  });
});

describe("a fault or a script of the mock with an argument that it cannot use is refused by name", () => {
  const { faults } = mock;
  test.each<[string, () => unknown, string]>([
    ["delay", () => faults.delay("50" as never), 'mock.faults.delay: ms: "50" given; wanted: milliseconds from 0 up'],
    ["refuseStreams", () => faults.refuseStreams("3" as never), 'streams: "3" given; wanted: a whole number from 0 up'],
    ["refuseStreams without a number", () => faults.refuseStreams(undefined as never), "streams: missing"],
    ["resetStreams", () => faults.resetStreams(-1), "streams: -1 given"],
    ["streamLimit", () => faults.streamLimit(1.5), "streams: 1.5 given; wanted: a whole number from 0 to 4294967295"],
    ["refuseConnections", () => faults.refuseConnections(Number.NaN), "count: NaN given"],
    ["stallConnections", () => faults.stallConnections("1" as never), 'count: "1" given'],
    [
      "script without a list",
      () => mock.script("*", 503 as never),
      "mock.script: answers: 503 given; wanted: a list of answers",
    ],
    ["script without a token", () => mock.script(undefined as never, [503]), "mock.script: token: missing"],
    [
      "a status that no answer has",
      () => mock.script("*", [1000]),
      "mock.script: status: 1000 given; wanted: a whole number from 200 to 599",
    ],
  ])("%s", (_, make, said) => {
    const error = refusal(make);
    expect(error?.code).toBe("INVALID_OPTIONS");
    expect(error?.message).toContain(said);
  });
});

test("mock.listen that cannot write its certificate keeps no port open", async () => {
  const own = createMockApns();
  const free = await own.listen();
  const port = Number(new URL(free.url).port);
  await free.close();
  await expect(own.listen({ port, caPath: "/no/such/folder/ca.pem" })).rejects.toMatchObject({ code: "ENOENT" });
  const again = await own.listen({ port });
  expect(again.url).toContain(String(port));
  await again.close();
});

test("isApnsVoipError is false for what throws when it is looked at", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const throws = () => {
    throw new Error("no look");
  };
  for (const given of [
    proxy,
    new Proxy({}, { get: throws }),
    Object.defineProperty(new Error("x"), "name", { get: throws }),
  ])
    expect(isApnsVoipError(given)).toBe(false);
});

test("mock.listen refuses an option that does not exist", async () => {
  await expect(mock.listen({ prot: 1 } as never)).rejects.toMatchObject({
    code: "INVALID_OPTIONS",
    issues: [{ path: "prot" }],
  });
});

test.each([
  ["memoryReceiptStore", memoryReceiptStore],
  ["memoryIdempotencyStore", memoryIdempotencyStore],
])("%s refuses null", (_, make) => {
  expect(refusal(() => make(null as never))?.message).toContain("null given; wanted: an object of options");
});

test.each([[null], [[]], ["options"], [7]])("options that are %j are refused", given => {
  expect(refusal(() => createPushService(given as never))).toMatchObject({ code: "INVALID_OPTIONS" });
});

test("all that is wrong is said at once, in one form: what was given, what is wanted, where", () => {
  const options = { apns: {}, ringTimeout: "30s", onUnknown: "retry", onEvnt: () => {} };
  expect(refusal(() => createPushService(options as never))?.message).toBe(
    "createPushService: onEvnt: there is no such option; did you mean onEvent?; " +
      "apns: an object given; wanted: a client made with createApnsClient; " +
      "devices: missing; wanted: a DeviceStore, for example memoryDeviceStore(); " +
      'ringTimeout: "30s" given; wanted: milliseconds from 1 to 3600000; ' +
      'onUnknown: "retry" given; wanted: "report" or "resend"',
  );
});

test("a key that was put into the wrong option is not repeated", () => {
  const wrong = { ...mock.key, bundleId: mock.key.key, teamId: mock.key.key.replace(/-----.*?-----|\s/g, "") };
  const message = refusal(() => createApnsClient(wrong))?.message ?? "";
  expect(message).toContain("teamId: a key given");
  expect(message).not.toContain(mock.key.key.split("\n")[1]?.slice(0, 12));
});

describe("a database client that is none", () => {
  test.each([
    ["nothing", undefined, "missing"],
    ["null", null, "null given"],
    ["a URL, whose password is not repeated", "redis://user:hunter22@redis:6379", "text given"],
    ["an empty object", {}, "an object"],
  ])("%s", (_, client, said) => {
    for (const make of [
      redisCallStore,
      redisReceiptStore,
      redisDeviceStore,
      redisIdempotencyStore,
      postgresDeviceStore,
      postgresUserColumnStore,
    ]) {
      const message = refusal(() => make(client as never))?.message;
      expect(message).toMatch(new RegExp(`^${make.name}: client: ${said}.*; wanted: a client of `));
      expect(message).not.toContain("hunter22");
    }
  });
});

describe("a client over HTTP that looks like ioredis", () => {
  const answer = async () => null;
  const likeIoRedis = { hgetall: answer, hset: answer, hdel: answer, eval: answer, evalsha: answer };

  test.each<[string, object]>([
    ["Upstash's, with methods that ioredis lacks", { ...likeIoRedis, createScript: answer, evalRo: answer }],
    ["one with the server's URL in it", { ...likeIoRedis, client: { baseUrl: "https://redis.example.com" } }],
    [
      "one whose hset takes all fields as an object",
      { ...likeIoRedis, hset: async (_key: string, _fields: object) => 1 },
    ],
  ])("%s is refused at the start", (_, client) => {
    for (const make of [redisDeviceStore, redisIdempotencyStore]) {
      expect(refusal(() => make(client as never))?.message).toMatch(
        /client: a client over HTTP.* given; wanted: a client of/,
      );
    }
  });

  test("while a wrapper with the five methods of ioredis is taken", () => {
    expect(() => redisDeviceStore(likeIoRedis)).not.toThrow();
  });
});
