import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bearerAuth } from "apns-voip";
import { exportJWK, type JWTPayload, SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { createWorld, DEVICES, jsonRequest } from "./world.js";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const PRIVATE_PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const SECRET = "a secret of at least 32 characters!!";
const now = () => Math.floor(Date.now() / 1000);

const signed = (claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "k" }).sign(privateKey);
const shared = (claims: JWTPayload) =>
  new SignJWT({ sub: "10", ...claims }).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(SECRET));
const asked = (token: string) => new Request("http://api.test/", { headers: { authorization: `Bearer ${token}` } });

function refusal(publicKey: unknown): string {
  try {
    bearerAuth({ publicKey: publicKey as string });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("accepted");
}

describe("clocks that differ", () => {
  test.each([
    ["an nbf that is 2 s ahead", { nbf: 2 }],
    ["an iat that is 2 s ahead", { iat: 2 }],
    ["an nbf that is 50 s ahead", { nbf: 50 }],
    ["an exp that passed 50 s ago", { exp: -50 }],
  ])("%s is good by default", async (_, claims) => {
    const shifted = Object.fromEntries(Object.entries(claims).map(([claim, by]) => [claim, now() + by]));
    expect(await bearerAuth({ secret: SECRET })(asked(await shared(shifted)))).toEqual({ userId: "10" });
  });

  test.each([
    ["an nbf that is further ahead", { nbf: 90 }],
    ["an exp that passed before that", { exp: -90 }],
  ])("%s than clockTolerance is not", async (_, claims) => {
    const shifted = Object.fromEntries(Object.entries(claims).map(([claim, by]) => [claim, now() + by]));
    expect(await bearerAuth({ secret: SECRET })(asked(await shared(shifted)))).toBe(null);
    const patient = bearerAuth({ secret: SECRET, clockTolerance: 120 });
    expect(await patient(asked(await shared(shifted)))).toEqual({ userId: "10" });
  });

  test("with clockTolerance 0 the time counts to the second", async () => {
    const strict = bearerAuth({ secret: SECRET, clockTolerance: 0 });
    expect(await strict(asked(await shared({ nbf: now() + 10 })))).toBe(null);
  });

  test.each([-1, Number.NaN, "60s", 86_401])("clockTolerance %j stops the start", clockTolerance => {
    expect(() => bearerAuth({ secret: SECRET, clockTolerance: clockTolerance as number })).toThrow(
      /clockTolerance: .* given; wanted: seconds from 0 to 86400/,
    );
  });
});

describe("a public key is read as a variable holds it", () => {
  test.each([
    ["as its file has it", PEM],
    ["on one line, with \\n written out", PEM.trim().replaceAll("\n", "\\n")],
    ["with \\n escaped twice", PEM.trim().replaceAll("\n", "\\\\n")],
    ["with \\r\\n written out", PEM.trim().replaceAll("\n", "\\r\\n")],
    ["in quotes", `"${PEM.trim().replaceAll("\n", "\\n")}"`],
    ["in single quotes", `'${PEM}'`],
    ["with a byte order mark", `\uFEFF${PEM}`],
    ["with blanks for line ends", PEM.trim().replaceAll("\n", " ")],
    ["with blanks inside the dashes", PEM.replace("-----BEGIN", "----- BEGIN").replace("KEY-----", "KEY -----")],
    ["as the base64 of the file", Buffer.from(PEM).toString("base64")],
    ["as the base64 of the base64", Buffer.from(Buffer.from(PEM).toString("base64")).toString("base64")],
    ["as the bytes of its file", Buffer.from(PEM)],
    ["as the bytes of a file in UTF-16", Buffer.from(`\uFEFF${PEM}`, "utf16le")],
    ["with the dashes of a word processor", PEM.replaceAll("-----", "\u2014")],
    ["with the percent signs of a URL", encodeURIComponent(PEM)],
    ["without its first and last line, as Keycloak shows it", PEM.replaceAll(/-----.*?-----|\s/g, "")],
    ["as DER", publicKey.export({ type: "spki", format: "der" })],
  ])("%s", async (_, text) => {
    expect(await bearerAuth({ publicKey: text })(asked(await signed({ sub: "10" })))).toEqual({ userId: "10" });
  });
});

describe("what is no public key is named for what it is, and not repeated", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const secretPart = PRIVATE_PEM.split("\n")[1]!.slice(0, 20);

  test.each<[string, unknown, RegExp]>([
    ["a private key", PRIVATE_PEM, /publicKey: a private key.*; wanted: a public key/],
    ["a private key on one line", PRIVATE_PEM.trim().replaceAll("\n", "\\n"), /a private key/],
    ["an old private key", rsa.export({ type: "pkcs1", format: "pem" }).toString(), /a private key/],
    ["a private KeyObject", privateKey, /a private key/],
    ["the base64 of a private key", Buffer.from(PRIVATE_PEM).toString("base64"), /a private key/],
    ["a private key that is cut short", PRIVATE_PEM.slice(0, 120), /a private key/],
    ["a public key that is cut short", PEM.slice(0, 100), /a PEM text without its last line/],
    ["a public key that was changed", PEM.replace("M", "A"), /cannot be read/],
    ["a JWK", JSON.stringify({ kty: "EC" }), /JSON text; a JWK becomes a key/],
    ["a file name", "keys/login.pem", /a file name; give the contents/],
    ["a URL", "https://login.example.com/keys", /a URL; that goes into jwksUrl/],
    ["an OpenSSH key", "ssh-rsa AAAAB3NzaC1yc2E= me", /a key of OpenSSH/],
    ["base64 of something else", Buffer.from("x".repeat(200)).toString("base64"), /base64 that is no key/],
    ["base64 cut short", PEM.replaceAll(/-----.*?-----|\s/g, "").slice(0, 104), /base64 that is no key/],
    ["the base64 of a private key's DER", PRIVATE_PEM.replaceAll(/-----.*?-----|\s/g, ""), /a private key/],
    ["a private key as DER", privateKey.export({ type: "sec1", format: "der" }), /a private key/],
    ["a private key with the dashes of a word processor", PRIVATE_PEM.replaceAll("-----", "\u2014"), /a private key/],
    ["a JWK as an object", { kty: "EC" }, /an object; a JWK becomes a key/],
    ["nothing", " ", /nothing given/],
    ["a number", 5, /a number given/],
  ])("%s", (_, given, words) => {
    expect(refusal(given)).toMatch(words);
    expect(refusal(given)).not.toContain(secretPart);
    expect(refusal(given)).not.toContain("AAAAB3Nz");
  });
});

describe("a jwksUrl", () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  /** What a server answers to whoever asks for its keys, and what the log says of a registration then. */
  async function logged(answer: unknown, { path = "/keys", status = 200 } = {}) {
    const server = createServer((_, response) => {
      response.statusCode = status;
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const { routes, events, lines } = createWorld({ routes: { authenticate: bearerAuth({ jwksUrl }) } });
    const headers = { authorization: `Bearer ${await signed({ sub: "10" })}` };
    const body = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: "ab".repeat(32) };
    const { status: answered } = await routes.fetch(jsonRequest("PUT", DEVICES, { headers, body }));
    return { answered, line: lines.at(-1), detail: (events.at(-1) as { detail?: string }).detail, jwksUrl };
  }

  test("that has a key set verifies logins", async () => {
    const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
    expect((await logged({ keys: [jwk] })).answered).toBe(200);
  });

  test("that has Firebase's map of certificates is named in the log, with the URL that is wanted", async () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
    const path = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
    const { answered, detail, jwksUrl } = await logged({ a1b2: certificate, c3d4: certificate }, { path });
    expect(answered).toBe(500);
    const wanted = jwksUrl.replace("/robot/v1/metadata/x509/", "/service_accounts/v1/jwk/");
    expect(detail).toBe(
      `no keys to verify logins with from ${jwksUrl}: it is a map of certificates, as Firebase publishes one; give ${wanted} as jwksUrl`,
    );
  });

  test("that has an OpenID configuration is named in the log, with its jwks_uri", async () => {
    const configuration = { issuer: "https://login.example.com", jwks_uri: "https://login.example.com/oauth/keys" };
    const { answered, line, jwksUrl } = await logged(configuration, { path: "/.well-known/openid-configuration" });
    expect(answered).toBe(500);
    expect(line).toBe(
      `PUT ${DEVICES} - 500 internal_error (no keys to verify logins with from ${jwksUrl}: it is an OpenID configuration; give its jwks_uri, https://login.example.com/oauth/keys, as jwksUrl)`,
    );
  });

  test.each<[string, unknown, { status?: number; path?: string }, RegExp]>([
    [
      "another map of certificates",
      { k: "-----BEGIN CERTIFICATE-----" },
      {},
      /give the URL of the same keys as a JSON/,
    ],
    ["a page", "<html>", {}, /something else than JSON/],
    ["a list", [], {}, /JSON that is no key set/],
    ["a set of texts", { keys: ["x"] }, {}, /JSON that is no key set/],
    ["nothing there", "not found", { status: 404 }, /it answers 404/],
    ["a query, which is not repeated", {}, { path: "/keys?token=hunter22" }, /\/keys: it answers with JSON/],
  ])("that has %s is named in the log: 500, no login is at fault", async (_, answer, options, words) => {
    const { answered, detail } = await logged(answer, options);
    expect(answered).toBe(500);
    expect(detail).toMatch(words);
    expect(detail).not.toContain("hunter22");
  });

  test("that nobody serves is named in the log", async () => {
    const authenticate = bearerAuth({ jwksUrl: "http://127.0.0.1:9/keys" });
    const { routes, lines } = createWorld({ routes: { authenticate } });
    const headers = { authorization: `Bearer ${await signed({ sub: "10" })}` };
    expect((await routes.fetch(jsonRequest("PUT", DEVICES, { headers, body: {} }))).status).toBe(500);
    expect(lines.at(-1)).toMatch(/no keys to verify logins with from http:\/\/127\.0\.0\.1:9\/keys: /);
  });
});
