import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApnsVoipError, apnsOptionsFromEnv, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterAll, describe, expect, test } from "vitest";

const mock = createMockApns();
const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

const keyFile = file("AuthKey.p8", mock.key.key);
const complete = {
  APNS_TEAM_ID: "ABCDE12345",
  APNS_KEY_ID: "KEY1234567",
  APNS_P8_PATH: keyFile,
  APNS_BUNDLE_ID: "com.example.app",
};

/** The variables that are complained about, each with what is said. */
function complaints(env: Record<string, string | undefined>): Record<string, string> {
  try {
    apnsOptionsFromEnv(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ApnsVoipError);
    const { code, issues, message } = error as ApnsVoipError;
    expect(code).toBe("INVALID_OPTIONS");
    for (const issue of issues) expect(message).toContain(`\n  ${issue.path}: ${issue.message}`);
    expect(new Set(issues.map(({ path }) => path)).size).toBe(issues.length);
    return Object.fromEntries(issues.map(issue => [issue.path, issue.message]));
  }
  return {};
}

describe("options from environment variables", () => {
  test("come from the four that are needed, and make a client", () => {
    const options = apnsOptionsFromEnv(complete);
    expect(options).toMatchObject({
      teamId: "ABCDE12345",
      keyId: "KEY1234567",
      keyPath: keyFile,
      bundleId: "com.example.app",
    });
    expect(createApnsClient(options)).toMatchObject({ environment: "production", bundleId: "com.example.app" });
  });

  test("are read from the process itself when none are given", () => {
    expect(() => apnsOptionsFromEnv()).toThrow(/APNS_TEAM_ID: missing/);
  });

  test("reach a mock that says where it is", async () => {
    const server = await mock.listen({ caPath: join(folder, "ca.pem") });
    const client = createApnsClient(apnsOptionsFromEnv(mock.env()));
    const { token: deviceToken } = mock.device();
    const result = await client.send({ deviceToken, pushType: "voip", payload: { callId: "11-10" } });
    await client.close();
    await server.close();
    expect(result).toMatchObject({ outcome: "accepted", environment: "production" });
  });

  test("that are missing are all named at once", () => {
    const said = complaints({});
    expect(Object.keys(said).sort()).toEqual(["APNS_BUNDLE_ID", "APNS_KEY_ID", "APNS_P8_PATH", "APNS_TEAM_ID"]);
    for (const message of Object.values(said)) expect(message).toMatch(/^missing; wanted: /);
    expect(said.APNS_P8_PATH).toContain("or its contents in APNS_P8");
  });

  test("that are set to nothing, or to blanks, count as missing", () => {
    const blank = Object.fromEntries(Object.keys(complete).map(name => [name, "  "]));
    expect(complaints(blank)).toEqual(complaints({}));
    const optional = ["APNS_ENV", "APNS_PRODUCTION_URL", "APNS_SANDBOX_URL", "APNS_CA_PATH", "APNS_PROXY", "APNS_P8"];
    expect(complaints({ ...complete, ...Object.fromEntries(optional.map(name => [name, ""])) })).toEqual({});
  });

  test("that are wrong are all named at once, by variable and never by option", () => {
    const said = complaints({
      APNS_TEAM_ID: "team",
      APNS_KEY_ID: "AuthKey_X.p8",
      APNS_P8_PATH: "/nowhere/AuthKey.p8",
      APNS_BUNDLE_ID: "com.example.app.voip",
      APNS_ENV: "staging",
      APNS_PRODUCTION_URL: "http://localhost",
      APNS_SANDBOX_URL: "localhost",
      APNS_CA_PATH: "/nowhere/ca.pem",
      APNS_PROXY: "socks5://user:Hunter2!@proxy",
    });
    expect(said).toEqual({
      APNS_TEAM_ID: '"team" given; wanted: the Team ID, 10 characters A-Z and 0-9, from developer.apple.com',
      APNS_KEY_ID: expect.stringContaining('"AuthKey_X.p8" given; wanted: the Key ID'),
      APNS_P8_PATH: expect.stringContaining('"/nowhere/AuthKey.p8" cannot be read (ENOENT)'),
      APNS_BUNDLE_ID: expect.stringContaining("without .voip"),
      APNS_ENV: '"staging" given; wanted: production or sandbox',
      APNS_PRODUCTION_URL: expect.stringContaining("an https origin"),
      APNS_SANDBOX_URL: expect.stringContaining("an https origin"),
      APNS_CA_PATH: '"/nowhere/ca.pem" cannot be read (ENOENT); wanted: a PEM file',
      APNS_PROXY: expect.stringContaining("a URL with socks5: given; wanted: http://user:password@host:port"),
    });
    expect(JSON.stringify(said)).not.toContain("Hunter2!");
  });

  test.each([
    ["sandbox", "sandbox"],
    ["development", "sandbox"],
    ["Production", "production"],
  ])("take %s as the environment %s", (APNS_ENV, environment) => {
    expect(apnsOptionsFromEnv({ ...complete, APNS_ENV }).environment).toBe(environment);
  });

  test("take the key itself on one line, as it must be in a .env file", () => {
    const oneLine = mock.key.key.trim().replaceAll("\n", "\\n");
    for (const APNS_P8 of [oneLine, `"${oneLine}"`, mock.key.key])
      createApnsClient(apnsOptionsFromEnv({ ...complete, APNS_P8_PATH: undefined, APNS_P8 }));
  });

  test("take one way to give the key, not two", () => {
    expect(complaints({ ...complete, APNS_P8: mock.key.key })).toEqual({
      APNS_P8: "given beside APNS_P8_PATH; wanted: one of the two",
    });
  });
});

describe("a key or a certificate in the wrong place", () => {
  const { APNS_P8_PATH: _, ...rest } = complete;
  const secret = mock.key.key.split("\n")[1]?.slice(48) as string;

  test("is told apart: the key where its path belongs", () => {
    const body = mock.key.key.replace(/-----.*-----|\n/g, "");
    for (const APNS_P8_PATH of [mock.key.key, mock.key.key.replaceAll("\n", "\\n"), body]) {
      const said = complaints({ ...rest, APNS_P8_PATH });
      expect(said).toEqual({ APNS_P8_PATH: expect.stringMatching(/the key itself given.*APNS_P8/) });
      expect(said.APNS_P8_PATH).not.toContain(secret);
    }
  });

  test("is told apart: the path where the key belongs", () => {
    expect(complaints({ ...rest, APNS_P8: keyFile })).toEqual({
      APNS_P8: expect.stringContaining("a file name; give it as `keyPath` (environment: APNS_P8_PATH)"),
    });
  });

  test("is told apart: a folder, and a file that holds no key", () => {
    expect(complaints({ ...rest, APNS_P8_PATH: folder })).toEqual({
      APNS_P8_PATH: expect.stringContaining("cannot be read (EISDIR)"),
    });
    expect(complaints({ ...rest, APNS_P8_PATH: file("empty.p8", "") })).toEqual({
      APNS_P8_PATH: expect.stringContaining("holds nothing"),
    });
  });

  test("is told apart: a file that holds no certificate", () => {
    expect(complaints({ ...complete, APNS_CA_PATH: keyFile })).toEqual({
      APNS_CA_PATH: expect.stringContaining("wanted: PEM certificates"),
    });
  });
});

describe("what is set under another name", () => {
  test.each([
    ["APNS_TEAM_ID", "APNS_TEAMID"],
    ["APNS_TEAM_ID", "APPLE_TEAM_ID"],
    ["APNS_TEAM_ID", "TEAM_ID"],
    ["APNS_TEAM_ID", "apns_team_id"],
    ["APNS_KEY_ID", "APNS_KEYID"],
    ["APNS_KEY_ID", "APNS_AUTH_KEY_ID"],
    ["APNS_P8_PATH", "APNS_KEY_PATH"],
    ["APNS_P8_PATH", "APNS_PRIVATE_KEY"],
    ["APNS_P8_PATH", "APN_KEY_FILE"],
    ["APNS_BUNDLE_ID", "BUNDLE_ID"],
    ["APNS_BUNDLE_ID", "APNS_BUNDLEID"],
    ["APNS_BUNDLE_ID", "IOS_BUNDLE_ID"],
  ])("in place of %s is named: %s", (variable, instead) => {
    const said = complaints({ ...complete, [variable]: undefined, [instead]: "Hunter2!" });
    expect(said).toEqual({
      [variable]: expect.stringMatching(new RegExp(`^missing; .*; ${instead} is set: did you mean ${variable}\\?$`)),
    });
    expect(JSON.stringify(said)).not.toContain("Hunter2!");
  });

  test.each(["KEY", "TOPIC", "TEAM", "PRIVATE_KEY", "KEY_PATH", "DATABASE_URL", "APNS_TEAMID"])(
    "is not named when it may well be of another program, or is empty: %s",
    name => {
      const said = complaints({ [name]: name === "APNS_TEAMID" ? " " : "x" });
      for (const message of Object.values(said)) expect(message).not.toContain("did you mean");
    },
  );
});

describe("what tools leave in a .env file", () => {
  test.each<[what: string, env: Record<string, string | undefined>]>([
    [
      "a byte order mark before the first name",
      { ...complete, APNS_TEAM_ID: undefined, "\uFEFFAPNS_TEAM_ID": complete.APNS_TEAM_ID },
    ],
    ["a byte order mark before a value", { ...complete, APNS_TEAM_ID: `\uFEFF${complete.APNS_TEAM_ID}` }],
    [
      "double quotes",
      { ...complete, APNS_TEAM_ID: `"${complete.APNS_TEAM_ID}"`, APNS_P8_PATH: `"${complete.APNS_P8_PATH}"` },
    ],
    ["single quotes, and blanks", { ...complete, APNS_KEY_ID: ` '${complete.APNS_KEY_ID}' ` }],
    [
      "a carriage return",
      { ...complete, APNS_KEY_ID: `${complete.APNS_KEY_ID}\r`, APNS_BUNDLE_ID: "com.example.app\r" },
    ],
  ])("is dropped: %s", (_what, env) => {
    const { teamId, keyId, bundleId } = apnsOptionsFromEnv(env);
    expect({ teamId, keyId, bundleId }).toEqual({
      teamId: complete.APNS_TEAM_ID,
      keyId: complete.APNS_KEY_ID,
      bundleId: "com.example.app",
    });
  });
});

describe("the key itself, in APNS_P8", () => {
  const { APNS_P8_PATH: _, ...rest } = complete;
  const pem = mock.key.key;
  const body = pem.replace(/-----.*-----|\n/g, "");
  test.each<[how: string, APNS_P8: string]>([
    ["escaped twice", pem.trim().replaceAll("\n", "\\\\n")],
    ["as base64 of the file", Buffer.from(pem).toString("base64")],
    ["as base64 of the file in UTF-16", Buffer.from(`\uFEFF${pem}`, "utf16le").toString("base64")],
    ["as base64 of DER", body],
    ["with blanks inside the dashes", pem.replace(/-----(.*?)-----/g, "----- $1 -----")],
    ["in quotes, on one line", `'${pem.trim().replaceAll("\n", "\\n")}'`],
  ])("is read %s", (_how, APNS_P8) => {
    const client = createApnsClient(apnsOptionsFromEnv({ ...rest, APNS_P8 }));
    expect(client.bundleId).toBe("com.example.app");
  });
});

describe("the file of APNS_P8_PATH", () => {
  const pem = mock.key.key;
  test.each<[what: string, contents: Buffer]>([
    ["DER", createPrivateKey(pem).export({ format: "der", type: "pkcs8" })],
    ["UTF-16", Buffer.from(`\uFEFF${pem}`, "utf16le")],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${pem}`)],
    ["the base64 of it", Buffer.from(Buffer.from(pem).toString("base64"))],
  ])("may be %s", (what, contents) => {
    const APNS_P8_PATH = file(`${what}.p8`, contents);
    expect(createApnsClient(apnsOptionsFromEnv({ ...complete, APNS_P8_PATH })).bundleId).toBe("com.example.app");
  });
});

describe("another key for the sandbox", () => {
  const sandbox = mock.addKey({ environments: ["sandbox"] });

  test("is taken from three variables, or two", () => {
    const APNS_SANDBOX_KEY_ID = sandbox.keyId;
    const own = { APNS_SANDBOX_KEY_ID, APNS_SANDBOX_P8: sandbox.key.replaceAll("\n", "\\n") };
    expect(apnsOptionsFromEnv({ ...complete, ...own }).sandbox).toMatchObject({ keyId: sandbox.keyId });
    const APNS_SANDBOX_P8_PATH = file("sandbox.p8", sandbox.key);
    const client = createApnsClient(apnsOptionsFromEnv({ ...complete, APNS_SANDBOX_KEY_ID, APNS_SANDBOX_P8_PATH }));
    expect(client.environments).toEqual(["production", "sandbox"]);
  });

  test("is none when nothing is set", () => {
    const blank = { APNS_SANDBOX_KEY_ID: "", APNS_SANDBOX_P8: " ", APNS_SANDBOX_P8_PATH: "" };
    expect(apnsOptionsFromEnv({ ...complete, ...blank })).not.toHaveProperty("sandbox");
  });

  test("is named by its variables when half of it is missing, or wrong", () => {
    expect(complaints({ ...complete, APNS_SANDBOX_KEY_ID: sandbox.keyId })).toEqual({
      APNS_SANDBOX_P8_PATH: expect.stringMatching(/^missing; wanted: .*\(or its contents in APNS_SANDBOX_P8\)$/),
    });
    expect(complaints({ ...complete, APNS_SANDBOX_P8: sandbox.key })).toEqual({
      APNS_SANDBOX_KEY_ID: expect.stringContaining("missing; wanted: the Key ID"),
    });
    expect(complaints({ ...complete, APNS_SANDBOX_KEY_ID: "x", APNS_SANDBOX_P8: "x" })).toEqual({
      APNS_SANDBOX_KEY_ID: expect.stringContaining('"x" given; wanted: the Key ID'),
      APNS_SANDBOX_P8: expect.stringContaining("text of 1 characters that is no key"),
    });
  });
});
