import { type ApnsClientOptions, ApnsVoipError, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";

const mock = createMockApns();

/** Options without fault but for what is changed; what a JavaScript caller may give is not bound to the types. */
const create = (changes: object = {}) =>
  createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch, ...changes } as ApnsClientOptions);

function refusal(changes: object): ApnsVoipError {
  try {
    create(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(ApnsVoipError);
    return error as ApnsVoipError;
  }
  throw new Error("no error was thrown");
}

const KEY_WAYS = "exactly one of `key`, `keyPath` and `sign`";

describe("an option that is wrong is named, with what was given and what is wanted", () => {
  test.each<[path: string, changes: object, message: string]>([
    ["teamId", { teamId: undefined }, "missing; wanted: the Team ID, 10 characters"],
    ["teamId", { teamId: "" }, '"" given; wanted: the Team ID'],
    ["teamId", { teamId: "abcde12345" }, '"abcde12345" given'],
    ["teamId", { teamId: "ABCDE12345X" }, '"ABCDE12345X" given'],
    ["teamId", { teamId: 1234567890 }, "1234567890 given"],
    ["teamId", { teamId: mock.key.key }, "a key given; wanted: the Team ID"],
    ["bundleId", { bundleId: mock.key.key.replace(/-----.*?-----|\s/g, "") }, "a key given"],
    ["keyId", { keyId: null }, "null given; wanted: the Key ID of the .p8 key, 10 characters"],
    ["keyId", { keyId: "AuthKey_ABCDE12345.p8" }, '"AuthKey_ABCDE12345.p8" given'],
    ["key", { key: undefined }, `missing; wanted: ${KEY_WAYS}`],
    ["key", { key: null }, "null given; wanted: text or bytes"],
    ["key", { key: 7 }, "7 given; wanted: text or bytes"],
    ["key", { key: { pem: "x" } }, "an object given; wanted: text or bytes"],
    ["key", { keyPath: "key.p8" }, `2 of them given; wanted: ${KEY_WAYS}`],
    ["key", { keyPath: "key.p8", sign: async () => new Uint8Array(64) }, "3 of them given"],
    ["keyPath", { key: undefined, keyPath: 7 }, "7 given; wanted: the path of the .p8 file"],
    ["keyPath", { key: undefined, keyPath: "" }, '"" given; wanted: the path of the .p8 file'],
    ["sign", { key: undefined, sign: "kms" }, "wanted: a function"],
    ["bundleId", { bundleId: "" }, "wanted: the app's bundle id"],
    ["bundleId", { bundleId: "com.example.app.voip" }, "without .voip, which is added for VoIP pushes"],
    ["bundleId", { bundleId: "com.example app" }, "wanted: the app's bundle id"],
    ["environment", { environment: "staging" }, '"staging" given; wanted: "production" or "sandbox"'],
    ["environment", { environment: null }, "null given"],
    ["environment", { environment: "sandbox", environments: ["production"] }, "one of `environments` (production)"],
    ["environments", { environments: [] }, "an array given; wanted: a list"],
    ["environments", { environments: "sandbox" }, '"sandbox" given; wanted: a list of "production", "sandbox" or both'],
    ["environments", { environments: ["sandbox", "prod"] }, "wanted: a list"],
    ["endpoints", { endpoints: "https://localhost:2197" }, "wanted: `{ production, sandbox }`"],
    ["endpoints.production", { endpoints: { production: "localhost:2197" } }, "an https origin"],
    ["endpoints.production", { endpoints: { production: 2197 } }, "2197 given; wanted: an https origin"],
    ["endpoints.sandbox", { endpoints: { sandbox: "http://localhost" } }, "an https origin, for example"],
    ["endpoints.sandbox", { endpoints: { sandbox: "https://localhost/3/device" } }, "an https origin"],
    ["ca", { ca: 7 }, "wanted: PEM certificates"],
    ["ca", { ca: "no certificate" }, "wanted: PEM certificates"],
    ["ca", { ca: "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n" }, "wanted: PEM certificates"],
    ["proxy", { proxy: "" }, "wanted: http://user:password@host:port"],
    ["proxy", { proxy: "proxy:3128" }, "wanted: http://user:password@host:port"],
    ["proxy", { proxy: "socks5://proxy:1080" }, "a URL with socks5:"],
    ["maxConnections", { maxConnections: 0 }, "0 given; wanted: a whole number from 1 to 100"],
    ["maxConnections", { maxConnections: "4" }, '"4" given'],
    ["maxConnections", { maxConnections: 101 }, "101 given"],
    ["timeout", { timeout: 0.5 }, "0.5 given; wanted: a whole number from 1 to 600000"],
    ["timeout", { timeout: Number.NaN }, "NaN given"],
    ["timeout", { timeout: Number.POSITIVE_INFINITY }, "Infinity given"],
    ["pingInterval", { pingInterval: -1 }, "-1 given; wanted: a whole number from 1 to 3600000"],
    ["fetch", { fetch: "undici" }, "wanted: a function"],
    ["onEvent", { onEvent: console }, "wanted: a function"],
    ["clock", { clock: Date }, "wanted: an object with `now` and `setTimeout`"],
    ["clock", { clock: { now: Date.now } }, "wanted: an object with `now` and `setTimeout`"],
  ])("%s: %o", (path, changes, message) => {
    const error = refusal(changes);
    expect(error.code).toBe("INVALID_OPTIONS");
    expect(error.issues).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(error.message).toBe(`createApnsClient: ${path}: ${error.issues[0]?.message}`);
  });
});

describe("the options", () => {
  test("that are wrong are all named at once", () => {
    const error = refusal({
      teamId: "x",
      keyId: "y",
      key: undefined,
      bundleId: "app.voip",
      environment: "z",
      endpoints: { production: "a", sandbox: "b" },
      proxy: "c",
      maxConnections: 0,
      timeout: 0,
      pingInterval: 0,
    });
    expect(error.issues.map(({ path }) => path).sort()).toEqual([
      "bundleId",
      "endpoints.production",
      "endpoints.sandbox",
      "environment",
      "key",
      "keyId",
      "maxConnections",
      "pingInterval",
      "proxy",
      "teamId",
      "timeout",
    ]);
    for (const { path } of error.issues) expect(error.message).toContain(`${path}: `);
  });

  test("that are missing altogether are named too", () => {
    for (const nothing of [undefined, null, {}]) {
      expect(() => createApnsClient(nothing as unknown as ApnsClientOptions)).toThrow(
        /teamId: missing.*keyId: missing|key: missing.*teamId: missing/,
      );
    }
  });

  test("never appear in an error when they hold a secret", () => {
    const wrong = [
      { proxy: "http://user:Hunter2!@" },
      { proxy: "ftp://user:Hunter2!@proxy:3128" },
      { proxy: "socks5://user:Hunter2!@proxy:1080" },
      { endpoints: { production: "https://user:Hunter2!@localhost" } },
      { endpoints: { production: "http://user:Hunter2!@localhost" } },
    ];
    for (const changes of wrong) expect(refusal(changes).message).not.toContain("Hunter2!");
  });

  test("may be undefined wherever they are optional", () => {
    const all =
      "bundleId environment environments endpoints ca proxy maxConnections timeout pingInterval onEvent clock";
    const client = create(Object.fromEntries(all.split(" ").map(name => [name, undefined])));
    expect(client).toMatchObject({
      environment: "production",
      environments: ["production", "sandbox"],
      bundleId: undefined,
    });
  });

  test("read development as sandbox, in any case", () => {
    expect(create({ environment: "Development" }).environment).toBe("sandbox");
    expect(create({ environments: ["development", "sandbox"], environment: "sandbox" }).environments).toEqual([
      "sandbox",
    ]);
  });

  test("may be frozen, and are left as they were", () => {
    const options = Object.freeze({ ...mock.key, environments: Object.freeze(["production"] as const) });
    expect(createApnsClient(options).environments).toEqual(["production"]);
  });
});
