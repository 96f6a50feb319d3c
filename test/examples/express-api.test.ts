import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMockApns, type MockApnsListener } from "apns-voip/testing";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { noOwnPostgres, ownPostgres } from "../devices/own-servers.js";
import { type RunningExample, runExample, startExample } from "./start-example.ts";

const JWT_SECRET = "a secret that is as long as a secret for HS256 has to be";
const ADMIN_PUSH_TOKEN = "an-admin-token";
const mock = createMockApns();
let folder: string;
let apple: MockApnsListener;
const running: RunningExample[] = [];

// A database in the process takes seconds to start where everything else runs as well.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  apple = await mock.listen({ caPath: join(folder, "ca.pem") });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.stop()));
});

afterAll(async () => {
  await apple.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(env: NodeJS.ProcessEnv): Promise<RunningExample> {
  const server = await startExample("express-api/server.ts", { JWT_SECRET, ADMIN_PUSH_TOKEN, ...mock.env(), ...env });
  running.push(server);
  return server;
}

async function register(server: RunningExample, userId: number, voipDeviceToken: string): Promise<number> {
  const login = await new SignJWT({ uid: userId })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(JWT_SECRET));
  const answer = await fetch(`${server.url}/api/v1/me/devices`, {
    method: "PUT",
    headers: { authorization: `Bearer ${login}`, "content-type": "application/json" },
    body: JSON.stringify({ platform: "ios", bundleId: "com.example.app", voipDeviceToken }),
  });
  await answer.text();
  return answer.status;
}

function ring(server: RunningExample, toUserId: number): Promise<Response> {
  return fetch(`${server.url}/api/internal/push/call`, {
    method: "POST",
    headers: { "x-admin-token": ADMIN_PUSH_TOKEN, "content-type": "application/json" },
    body: JSON.stringify({ toUserId, callId: `11-${toUserId}`, fromUserId: 11, hasVideo: true }),
  });
}

describe("the start", () => {
  test("names every variable that is missing, all at once, and is no stack trace", async () => {
    const { code, output } = await runExample("express-api/server.ts");
    expect(code).toBe(1);
    expect(output.split("\n")).toEqual([
      "Cannot start, because of the environment variables:",
      "  ADMIN_PUSH_TOKEN: missing; wanted: a long random text, the same on the signal server",
      "  JWT_SECRET: missing; wanted: the text that signs the app's logins (HS256, with the user's id in the claim uid)",
      expect.stringMatching(/^ {2}APNS_BUNDLE_ID: missing/),
      expect.stringMatching(/^ {2}APNS_P8_PATH: missing/),
      expect.stringMatching(/^ {2}APNS_TEAM_ID: /),
      expect.stringMatching(/^ {2}APNS_KEY_ID: /),
      "",
    ]);
  });

  test("says what a wrong key is instead, and never repeats it", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const env = { JWT_SECRET, ADMIN_PUSH_TOKEN, ...mock.env(), APNS_P8: pem };
    const { code, output } = await runExample("express-api/server.ts", [], env);
    expect(code).toBe(1);
    expect(output).toMatch(/APNS_P8: .*public key/);
    expect(output).not.toContain(pem.split("\n")[1]);
  });

  test("of the signal server names what is missing there, too", async () => {
    const { code, output } = await runExample("signal-server/server.ts", [], { JWT_SECRET });
    expect(code).toBe(1);
    expect(output).toMatch(/API_URL: missing/);
    expect(output).toMatch(/ADMIN_PUSH_TOKEN: missing/);
    expect(output).not.toContain("JWT_SECRET");
  });
});

describe("the server", () => {
  test("keeps its devices over a restart, in a folder", async () => {
    const DATABASE_URL = join(folder, "data");
    const phone = mock.device({ userId: 10 });
    const first = await start({ DATABASE_URL });
    expect(await register(first, 10, phone.token)).toBe(200);
    expect(await first.stop()).toBe(0);
    const second = await start({ DATABASE_URL });
    expect((await ring(second, 10)).status).toBe(200);
    expect(phone.ringing).toMatchObject({ callId: "11-10" });
  });

  const reason = noOwnPostgres ? `: ${noOwnPostgres}` : "";
  test.skipIf(noOwnPostgres)(`keeps its devices in PostgreSQL, with the same code${reason}`, async () => {
    const postgres = await ownPostgres();
    try {
      await postgres.start();
      const [one, other] = [await start({ DATABASE_URL: postgres.url }), await start({ DATABASE_URL: postgres.url })];
      const phone = mock.device({ userId: 10 });
      expect(await register(one, 10, phone.token)).toBe(200);
      expect((await ring(other, 10)).status).toBe(200);
      expect(phone.ringing).toMatchObject({ callId: "11-10" });
      await Promise.all([one.stop(), other.stop()]);
    } finally {
      await postgres.dispose();
    }
  });

  test("asks phones for receipts where RECEIPT_SECRET is set, and not without", async () => {
    const report = (server: RunningExample, receipt: unknown) =>
      fetch(`${server.url}/api/v1/calls/receipts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ receipt, event: "ringing" }),
      });
    const phone = mock.device({ userId: 10 });
    const asking = await start({ DATABASE_URL: "memory://", RECEIPT_SECRET: "sixteen letters!" });
    await register(asking, 10, phone.token);
    expect((await ring(asking, 10)).status).toBe(200);
    expect((await report(asking, phone.ringing?.receipt)).status).toBe(200);
    await asking.printed("POST /api/v1/calls/receipts - 200 OK");
    expect(asking.lines.join("\n")).toMatch(/^📱 .* of user 10: ringing, \d+ ms after APNs accepted$/m);

    const plain = await start({ DATABASE_URL: "memory://" });
    expect((await report(plain, phone.ringing?.receipt)).status).toBe(404);
  });

  test("leaves other paths to the app, and answers what it has been asked before it stops", async () => {
    const phone = mock.device({ userId: 10 });
    const server = await start({ DATABASE_URL: "memory://" });
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ ok: true });
    expect((await fetch(`${server.url}/elsewhere`)).status).toBe(404);

    await register(server, 10, phone.token);
    mock.script(phone.token, [{ delay: 500, status: 200 }]);
    const answer = ring(server, 10);
    await server.printed("Sending VoIP Push to APNs...");
    const stopped = server.stop();
    expect((await answer).status).toBe(200);
    expect(await stopped).toBe(0);
  });
});

const noCurl = curlIsTooOld() ? ": no curl 7.82 or later on the PATH" : "";

test.skipIf(noCurl)(`every row of the routes' table, asked with curl, is answered as it says${noCurl}`, async () => {
  const { code, output } = await runExample("express-api/try-routes.ts");
  expect(code, output).toBe(0);
  const answers = [...output.matchAll(/^# (.*?)$.*?^(\{[^\n]*) <- (\d+)$/gms)].map(([, row, body, status]) => [
    row,
    Number(status),
    JSON.parse(body as string).error ?? "success",
  ]);
  expect(answers).toEqual([
    ["A phone registers both its tokens", 200, "success"],
    ["One of them alone; the other stays as it was", 200, "success"],
    ["Neither", 400, "invalid_request"],
    ["A token that is none", 400, "invalid_request"],
    ["Nobody has logged in", 401, "bad_token"],
    ["The login has expired", 401, "bad_token"],
    ["Not JSON", 400, "invalid_request"],
    ["Not said to be JSON", 415, "unsupported_media_type"],
    ["More than 64 KiB", 413, "payload_too_large"],
    ["Another method", 405, "method_not_allowed"],
    ["Ring user 10", 200, "success"],
    ["Ring user 10, with an idempotency key", 200, "success"],
    ["The same request again", 200, "success"],
    ["Another admin token", 401, "unauthorized"],
    ["A user without a phone", 404, "VoIP token not found"],
    ["A user who has deleted the app", 500, "Failed to send VoIP push"],
    ["No call id", 400, "invalid_request"],
    ["A push that announces no call", 400, "invalid_request"],
    ["A message for user 10", 200, "success"],
    ["A message for a user without a phone", 404, "APNs token not found"],
    ["A message for a user who has deleted the app", 500, "Failed to send push"],
    ["A message with another admin token", 401, "unauthorized"],
    ["User 20 logs out user 10: nothing happens", 200, "success"],
    ["User 10 still rings", 200, "success"],
    ["User 10 logs out", 200, "success"],
    ["User 10 rings no more", 404, "VoIP token not found"],
  ]);
  expect(output).toContain('{"success":true,"duplicate":true,"devices":[]} <- 200');
  expect(output).not.toMatch(/[0-9a-f]{32}/);
  expect(output).not.toContain("eyJ");
});

/** Its option `--json` is of 2022. */
function curlIsTooOld(): boolean {
  try {
    const [, major, minor] = /^curl (\d+)\.(\d+)/.exec(execFileSync("curl", ["--version"], { encoding: "utf8" })) ?? [];
    return Number(major) < 7 || (Number(major) === 7 && Number(minor) < 82);
  } catch {
    return true;
  }
}
