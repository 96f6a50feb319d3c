import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BearerAuthOptions, bearerAuth } from "apns-voip";
import { exportJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { createWorld, DEVICES, jsonRequest } from "./world.js";

const SECRET = "a secret of at least 32 characters!!";
const bytes = new TextEncoder().encode(SECRET);

async function tokenFor(claims: JWTPayload, { alg = "HS256", key = bytes as Uint8Array | KeyObject, kid = "k" } = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
}

function signed(input: string): string {
  return `${input}.${createHmac("sha256", SECRET).update(input).digest("base64url")}`;
}

function asked(authorization?: string): Request {
  return new Request("http://api.test/", { headers: authorization === undefined ? {} : { authorization } });
}

/** What the log says of a registration with this token. */
async function logged(options: BearerAuthOptions, token: string): Promise<string | undefined> {
  const { routes, lines } = createWorld({ routes: { authenticate: bearerAuth(options) } });
  const headers = { authorization: `Bearer ${token}` };
  const response = await routes.fetch(jsonRequest("PUT", DEVICES, { body: {}, headers }));
  if (response.status === 401) expect(await response.json()).toEqual({ error: "bad_token" });
  return lines.at(-1);
}

describe("with a secret", () => {
  const authenticate = bearerAuth({ secret: SECRET, userIdClaim: "uid" });

  test.each([
    ["text", { uid: "10" }, "10"],
    ["a number", { uid: 10 }, "10"],
    ["text that is no number", { uid: "u_9f" }, "u_9f"],
  ])("the user's id may be %s", async (_, claims, userId) => {
    expect(await authenticate(asked(`Bearer ${await tokenFor(claims)}`))).toEqual({ userId });
  });

  test("sub is the claim unless another is named", async () => {
    const token = await tokenFor({ sub: "7" });
    expect(await bearerAuth({ secret: bytes })(asked(`Bearer ${token}`))).toEqual({ userId: "7" });
    expect(await authenticate(asked(`Bearer ${token}`))).toBeNull();
  });

  test("the scheme counts in any case, other schemes do not count", async () => {
    const token = await tokenFor({ uid: 10 });
    expect(await authenticate(asked(`bearer ${token}`))).toEqual({ userId: "10" });
    for (const header of [undefined, "", token, `Basic ${token}`, "Bearer", `Bearer ${token} x`]) {
      expect(await authenticate(asked(header))).toBeNull();
    }
  });

  test.each<[how: string, header: (token: string) => string]>([
    ["in capitals", token => `BEARER ${token}`],
    ["with a tab", token => `Bearer\t${token}`],
    ["with a colon", token => `Bearer: ${token}`],
    ["twice", token => `Bearer Bearer ${token}`],
    ["with the token in quotes", token => `Bearer "${token}"`],
    ["with blanks at the end", token => `Bearer ${token}  `],
  ])("the scheme may be written %s", async (_, header) => {
    expect(await authenticate.byHeader(header(await tokenFor({ uid: 10 })))).toEqual({ userId: "10" });
  });

  test.each<[header: (token: string) => string, refused: string]>([
    [token => token, "no Bearer before the token"],
    [token => `JWT ${token}`, "not a Bearer token"],
    [token => `Bearer ${token}, Bearer ${token}`, "not a Bearer token"],
    [() => "Bearer undefined", "no token: the header says Bearer undefined"],
    [() => "Bearer null", "no token: the header says Bearer null"],
    [() => "Bearer", "not a Bearer token"],
    [() => "Bearer ", "not a Bearer token"],
  ])("another header is refused by name: %s", async (header, refused) => {
    expect(await authenticate.byHeader(header(await tokenFor({ uid: 10 })))).toEqual({ refused });
  });

  test.each([
    [2 ** 53, "not 9007199254740992, which may have lost digits: send ids from 2 ** 53 up as text"],
    [10.5, "not 10.5"],
  ])("a claim that holds the number %j is named in the log", async (uid, words) => {
    const wanted = "no user id in claim uid: it must be text that is not blank, or an integer";
    const refused = `${wanted}, ${words}`;
    expect(await authenticate.byHeader(`Bearer ${await tokenFor({ uid })}`)).toEqual({ refused });
  });

  test("a token without exp is good; one with an exp that has passed is not, and the log tells it apart", async () => {
    const options = { secret: SECRET, userIdClaim: "uid" };
    const expired = await tokenFor({ uid: 10, exp: Math.floor(Date.now() / 1000) - 60 });
    expect(await logged(options, expired)).toBe(`PUT ${DEVICES} - 401 bad_token (expired)`);
  });

  test.each([
    [
      "another secret",
      () => tokenFor({ uid: 10 }, { key: Buffer.from("another secret, also 32 characters") }),
      "wrong signature",
    ],
    ["no user id", () => tokenFor({ sub: "10" }), "no user id in claim uid"],
    ["a user id that is none", () => tokenFor({ uid: { id: 1 } }), "no user id in claim uid"],
    ["nonsense", async () => "nonsense", "malformed"],
    ["no signature at all", async () => unsigned({ uid: 10 }), "algorithm not allowed"],
    ["another issuer", () => tokenFor({ uid: 10, iss: "b" }), "wrong claim iss"],
    ["not yet valid", () => tokenFor({ uid: 10, iss: "a", nbf: 4_000_000_000 }), "wrong claim nbf"],
  ])("a token with %s is refused, and the log says why", async (_, make, reason) => {
    const options = { secret: SECRET, userIdClaim: "uid", ...(reason.startsWith("wrong claim") && { issuer: "a" }) };
    expect(await logged(options, await make())).toBe(`PUT ${DEVICES} - 401 bad_token (${reason})`);
  });

  test.each<[string, object, object | string]>([
    ["plain", { alg: "HS256" }, { uid: 10 }],
    ["with another type", { alg: "HS256", typ: "at+jwt" }, { uid: 10 }],
    ["with an extension nobody knows", { alg: "HS256", crit: ["x"], x: 1 }, { uid: 10 }],
    ["with an unencoded payload", { alg: "HS256", crit: ["b64"], b64: false }, { uid: 10 }],
    ["whose extensions are none", { alg: "HS256", crit: [] }, { uid: 10 }],
    ["that names no algorithm", {}, { uid: 10 }],
    ["that names an inherited one", { alg: "constructor" }, { uid: 10 }],
    ["of a longer hash, signed with the shorter", { alg: "HS512" }, { uid: 10 }],
    ["that expires when it is looked at", { alg: "HS256" }, { uid: 10, exp: 0 }],
    ["whose exp is text", { alg: "HS256" }, { uid: 10, exp: "4000000000" }],
    ["whose nbf is to come", { alg: "HS256" }, { uid: 10, nbf: 4_000_000_000 }],
    ["whose payload is a list", { alg: "HS256" }, [1]],
    ["whose payload is no JSON", { alg: "HS256" }, "nonsense"],
  ])("a token %s is judged as jose judges it", async (_, header, payload) => {
    const encoded = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)).toString("base64url");
    const token = signed(`${Buffer.from(JSON.stringify(header)).toString("base64url")}.${encoded}`);
    const options = { algorithms: ["HS256", "HS384", "HS512"] };
    const accepted = await jwtVerify(token, bytes, options).then(
      () => true,
      () => false,
    );
    expect((await authenticate(asked(`Bearer ${token}`))) !== null).toBe(accepted);
  });

  test.each([
    ["two parts", (token: string) => token.slice(0, token.lastIndexOf("."))],
    ["five parts", (token: string) => signed(`${token}.${token.split(".")[0]}`)],
    ["an empty signature", (token: string) => token.slice(0, token.lastIndexOf(".") + 1)],
    ["half a signature", (token: string) => token.slice(0, -20)],
    ["another signature", (token: string) => `${token.slice(0, -4)}AAAA`],
    ["another payload", (token: string) => token.replace(/\.[^.]+\./, `.${btoa('{"uid":11}').replace(/=+$/, "")}.`)],
  ])("a token with %s is refused", async (_, spoil) => {
    expect(await authenticate(asked(`Bearer ${spoil(await tokenFor({ uid: 10 }))}`))).toBeNull();
  });

  test("longer hashes are good too", async () => {
    for (const alg of ["HS384", "HS512"]) {
      const token = await tokenFor({ uid: 10 }, { alg, key: bytes });
      expect(await authenticate(asked(`Bearer ${token}`))).toEqual({ userId: "10" });
    }
  });

  test("issuer and audience must be as given", async () => {
    const strict = bearerAuth({ secret: SECRET, issuer: "us", audience: ["app", "web"] });
    expect(await strict(asked(`Bearer ${await tokenFor({ sub: "1", iss: "us", aud: "web" })}`))).not.toBeNull();
    expect(await strict(asked(`Bearer ${await tokenFor({ sub: "1", iss: "us", aud: "tv" })}`))).toBeNull();
    expect(await strict(asked(`Bearer ${await tokenFor({ sub: "1", iss: "them", aud: "web" })}`))).toBeNull();
  });

  test("of several algorithms some can be ruled out", async () => {
    const strict = bearerAuth({ secret: SECRET, algorithms: ["HS512"] });
    expect(await strict(asked(`Bearer ${await tokenFor({ sub: "1" })}`))).toBeNull();
    expect(await strict(asked(`Bearer ${await tokenFor({ sub: "1" }, { alg: "HS512" })}`))).not.toBeNull();
  });
});

describe("with a public key", () => {
  test.each([
    ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["PS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["ES384", generateKeyPairSync("ec", { namedCurve: "P-384" })],
    ["ES512", generateKeyPairSync("ec", { namedCurve: "P-521" })],
    ["EdDSA", generateKeyPairSync("ed25519")],
  ])("%s works, as PEM and as a KeyObject", async (alg, { publicKey, privateKey }) => {
    const token = await tokenFor({ sub: "10" }, { alg, key: privateKey });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    for (const key of [pem, publicKey]) {
      expect(await bearerAuth({ publicKey: key })(asked(`Bearer ${token}`))).toEqual({ userId: "10" });
    }
  });

  test("a token signed with the public key as if it were a secret is refused", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const forged = `${encode({ alg: "HS256" })}.${encode({ sub: "10" })}`;
    const signature = createHmac("sha256", pem).update(forged).digest("base64url");
    expect(await bearerAuth({ publicKey: pem })(asked(`Bearer ${forged}.${signature}`))).toBeNull();
  });
});

describe("with a key set", () => {
  test("keys are fetched, an unknown one is refused, and a set out of reach is not the token's fault", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" }];
    const server = createServer((_request, response) => void response.end(JSON.stringify({ keys })));
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;

    const token = await tokenFor({ sub: "10" }, { alg: "ES256", key: privateKey });
    expect(await bearerAuth({ jwksUrl })(asked(`Bearer ${token}`))).toEqual({ userId: "10" });
    const unknown = await tokenFor({ sub: "10" }, { alg: "ES256", key: privateKey, kid: "other" });
    expect(await logged({ jwksUrl }, unknown)).toMatch(/401 bad_token \(signed with an unknown key\)/);
    expect(await logged({ jwksUrl }, await tokenFor({ sub: "10" }))).toMatch(/401 bad_token \(algorithm not allowed\)/);

    await new Promise(resolve => server.close(resolve));
    expect(await logged({ jwksUrl: new URL(jwksUrl) }, token)).toMatch(/500 internal_error/);
  });
});

describe("bearerAuth stops the start when it is given", () => {
  const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();

  test.each([
    ["nothing", {}, /^bearerAuth: secret: missing; wanted: one of secret, jwksUrl and publicKey/],
    ["a secret that is not set", { secret: undefined }, /secret: missing.* \(is JWT_SECRET set\?\)$/],
    ["two keys", { secret: SECRET, publicKey: pem }, /2 of them given; wanted: exactly one/],
    ["a blank secret", { secret: " " }, /secret.*blank/],
    ["an empty secret", { secret: new Uint8Array() }, /secret.*blank/],
    ["a secret that is a number", { secret: 5 }, /secret.*number/],
    ["a PEM key as the secret", { secret: pem }, /a PEM key given.*goes into publicKey/],
    ["a key that is none", { publicKey: "not a key" }, /publicKey/],
    ["a short RSA key", { publicKey: generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey }, /1024 bits/],
    [
      "a curve of Bitcoin's",
      { publicKey: generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey },
      /secp256k1/,
    ],
    ["a URL that is none", { jwksUrl: "nowhere" }, /jwksUrl.*"nowhere"/],
    ["a file", { jwksUrl: "file:///etc/passwd" }, /jwksUrl/],
    [
      "an algorithm of another kind",
      { publicKey: pem, algorithms: ["HS256"] },
      /algorithms: HS256 given; wanted: some of RS256/,
    ],
    ["no algorithm", { secret: SECRET, algorithms: [] }, /algorithms/],
  ])("%s", (_, options, message) => {
    expect(() => bearerAuth(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
    expect(() => bearerAuth(options as never)).not.toThrow(SECRET);
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function unsigned(claims: object): string {
  return `${encode({ alg: "none" })}.${encode(claims)}.`;
}

test("called with a request, bearerAuth gives a user or null, never a refusal that could pass for a user", async () => {
  const authenticate = bearerAuth({ secret: "s3cret" });
  const request = new Request("http://api.test/", { headers: { authorization: "Bearer x" } });
  expect(await authenticate(request)).toBe(null);
  expect(await authenticate.byHeader("Bearer x")).toEqual({ refused: "malformed" });
});
