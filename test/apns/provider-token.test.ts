import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { type ApnsClientOptions, createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { run } from "./programs/run.js";
import { apple, goTo, MINUTE, shown } from "./provider-tokens.js";

const { key } = createMockApns();
const HALF_HOUR = 30 * MINUTE;
const line = 1_760_000_400_000 - (1_760_000_400_000 % HALF_HOUR);

/** The provider token that a new client shows when its clock says that. */
async function tokenAt(now: number, pem = key.key): Promise<string> {
  let seen = "";
  const client = createApnsClient({
    ...key,
    key: pem,
    bundleId: "com.example.app",
    clock: { now: () => now, monotonic: () => 0, setTimeout: () => () => {} },
    fetch: async (_url, { headers }) => {
      seen = headers.authorization ?? "";
      return new Response();
    },
  } as ApnsClientOptions);
  await client.send({ deviceToken: "ab".repeat(32), pushType: "voip", payload: {} });
  expect(seen).toMatch(/^bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  return seen.slice("bearer ".length);
}

/** The library's own P-256, table of multiples and all: what ours, without one, must agree with. */
/** The private key of its A.2.5. */
const RFC_6979_KEY = "ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE";

function deterministic(text: string, secret: string): string {
  const signature = p256.sign(Buffer.from(text), Buffer.from(secret, "base64url"), { lowS: false });
  return Buffer.from(signature).toString("base64url");
}

describe("a provider token", () => {
  test("says exactly what Apple asks for, and verifies", async () => {
    const token = await tokenAt(line + 17 * MINUTE);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", kid: key.keyId });
    expect(decodeJwt(token)).toEqual({ iss: key.teamId, iat: line / 1000 });
    await expect(compactVerify(token, createPublicKey(key.key), { algorithms: ["ES256"] })).resolves.toBeDefined();
    expect(token.split(".")[2]).toHaveLength(86);
  });

  test("is the same to the byte from the first millisecond of its half hour to the last, in every client", async () => {
    const first = await tokenAt(line);
    expect(await tokenAt(line + 1)).toBe(first);
    expect(await tokenAt(line + HALF_HOUR - 1)).toBe(first);
    const before = await tokenAt(line - 1);
    const after = await tokenAt(line + HALF_HOUR);
    expect([before, first, after].map(token => decodeJwt(token).iat)).toEqual(
      [line - HALF_HOUR, line, line + HALF_HOUR].map(time => time / 1000),
    );
  });

  test("is the same to the byte in every process that holds the key", async () => {
    const env = {
      APNS_TEAM_ID: key.teamId,
      APNS_KEY_ID: key.keyId,
      APNS_BUNDLE_ID: "com.example.app",
      APNS_P8: key.key,
    };
    const ended = await Promise.all(
      [line, line + HALF_HOUR - 1].map(now => run("show-provider-token", { ...env, NOW: String(now) })),
    );
    const expected = { code: 0, stdout: `bearer ${await tokenAt(line + 1)}\n`, stderr: "" };
    expect(ended).toEqual([expected, expected]);
  });

  test("is signed with the nonce of RFC 6979, whatever the key", async () => {
    const example = deterministic("sample", RFC_6979_KEY);
    expect(example).toBe("79SLKqy2qP0RQN2c1F6B1p0sh3tWqvmRw00OqE6vNxb3yxyULWV8QdQ2x6G24p9l8-kA27mv9AZNxKsvhDrNqA");

    for (let round = 0; round < 40; round++) {
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const token = await tokenAt(line, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
      await expect(compactVerify(token, createPublicKey(privateKey))).resolves.toBeDefined();
      const [head, claims, signature] = token.split(".");
      expect(signature).toBe(deterministic(`${head}.${claims}`, privateKey.export({ format: "jwk" }).d as string));
    }
  });

  test("is made once, however many pushes ask for it at its renewal and on however many connections", async () => {
    const { mock, connect } = await apple(1);
    const { client, count, ringAll } = connect();
    await ringAll(100);
    expect(count("apns.token-made")).toBe(1);
    await mock.clock.advance(HALF_HOUR);
    const results = await ringAll(500);
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
    expect(count("apns.token-made")).toBe(2);
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBe(2);
    expect(Math.abs((client.stats.tokenAge ?? 0) - (mock.clock.now() % HALF_HOUR))).toBeLessThan(1000);
  });

  test("is made ahead of its time when pushes are about, and used from its time on", async () => {
    const { mock, connect } = await apple(29);
    const { count, ring } = connect();
    await ring();
    await mock.clock.advance(1000);
    expect(count("apns.token-made")).toBe(2);
    await ring();
    expect(new Set(shown(mock).map(({ token }) => token)).size).toBe(1);
    await goTo(mock, 20);
    await ring();
    expect(count("apns.token-made")).toBe(2);
    expect(shown(mock).at(-1)?.age).toBeLessThan(21 * MINUTE);
  });

  test("stays with its connection for 20 minutes, whatever other connections use", async () => {
    const { mock, connect } = await apple(29.9);
    const old = connect();
    await old.ring();
    await mock.clock.advance(MINUTE);
    const young = connect();
    await young.ring();
    await old.ring();
    const [first, second, third] = shown(mock);
    expect(second?.issuedAt).toBe((first?.issuedAt ?? 0) + HALF_HOUR);
    expect(third?.token).toBe(first?.token);
    await mock.clock.advance(18.9 * MINUTE);
    await old.ring();
    expect(shown(mock).at(-1)?.token).toBe(first?.token);
    await mock.clock.advance(0.2 * MINUTE);
    await old.ring();
    expect(shown(mock).at(-1)).toMatchObject({ token: second?.token, connection: first?.connection });
    expect(mock.violations).toEqual([]);
  });

  test("is never in the future, never older than 50 minutes, and one of two that a fleet uses at a time", async () => {
    const { mock, connect } = await apple(29.99);
    const fleet = [connect(), connect(), connect()];
    for (let minute = 0; minute < 180; minute += 3) {
      for (const { ring } of fleet.slice(0, 1 + minute / 9)) await ring();
      await mock.clock.advance(3 * MINUTE - 10);
    }
    const uses = shown(mock);
    expect(Math.min(...uses.map(({ age }) => age))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uses.map(({ age }) => age))).toBeGreaterThan(45 * MINUTE);
    expect(Math.max(...uses.map(({ age }) => age))).toBeLessThan(50 * MINUTE);
    const lives = [...Map.groupBy(uses, ({ token }) => token).values()].map(life => life.map(({ at }) => at));
    for (const { at } of uses) {
      const alive = lives.filter(life => Math.min(...life) <= at && at <= Math.max(...life));
      expect(alive.length).toBeLessThanOrEqual(2);
    }
    expect(mock.violations).toEqual([]);
    expect(mock.pushes.every(({ status }) => status === 200)).toBe(true);
  });

  test("never meets one of another team on a connection", async () => {
    const { mock, connect } = await apple(1);
    const other = mock.addKey({ teamId: "OTHERTEAM1" });
    const ours = connect();
    const theirs = connect({ ...other });
    const phone = mock.device({ teamId: "OTHERTEAM1" });
    const push = { deviceToken: phone.token, pushType: "voip", payload: { callId: "1" } } as const;
    const results = await Promise.all([ours.ring(), theirs.client.send(push), ours.ring(), theirs.client.send(push)]);
    expect(results.every(({ outcome }) => outcome === "accepted")).toBe(true);
    const teams = Map.groupBy(shown(mock), ({ connection }) => connection);
    for (const uses of teams.values()) expect(new Set(uses.map(({ token }) => decodeJwt(token).iss)).size).toBe(1);
    expect(teams.size).toBeGreaterThan(1);
  });
});
