import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApnsVoipError, apnsOptionsFromEnv, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterAll, describe, expect, test } from "vitest";

const mock = createMockApns();
const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: string): string {
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
      APNS_PROXY: expect.stringContaining("wanted: http://user:password@host:port"),
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
