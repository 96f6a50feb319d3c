import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MockDevice } from "apns-voip/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { guardedWorld } from "../doctor/lab/guarded-world.js";
import { createLab, type Lab } from "../doctor/lab/lab.js";
import { runCli } from "./run-cli.js";

let lab: Lab;
let production: MockDevice;
let sandbox: MockDevice;

beforeAll(async () => {
  lab = await createLab();
  production = lab.phone;
  sandbox = lab.mock.device({ environment: "sandbox" });
  const rows = [production.device(10), { ...sandbox.device(10), bundleId: "com.example.app" }];
  await writeFile(
    join(lab.folder, "store.mjs"),
    `const rows = ${JSON.stringify(rows)};
     export default () => ({ list: async (user, type) => rows.filter(row => row.userId === user && row.pushType === type).map(row => ({ ...row, registeredAt: new Date() })) });`,
  );
}, 240_000);

beforeEach(() => lab.mock.reset());
afterAll(() => lab.close());

const send = (args: readonly string[], env: Record<string, string | undefined> = {}) =>
  runCli(["send", ...args], { env: { ...lab.env, ...env }, cwd: lab.folder, world: guardedWorld });

describe("apns-voip send", () => {
  test("rings the phone of a token and says that Apple accepted it", async () => {
    const { code, out } = await send([
      "--token",
      production.token,
      "--from",
      "11",
      "--name",
      "Alice",
      "--call-id",
      "11-10",
      "--video",
    ]);
    expect(code).toBe(0);
    expect(out).toContain(`Apple accepted the push to ${production.token.slice(0, 12)}... (production)`);
    expect(production.calls).toEqual([
      {
        type: "call.incoming",
        callId: "11-10",
        fromUserId: 11,
        fromDisplayName: "Alice",
        room: "p2p:11-10",
        hasVideo: true,
      },
    ]);
  });

  test("finds the environment of a token, and tells where to look the push up", async () => {
    const { code, out } = await send(["--token", sandbox.token]);
    expect(code).toBe(0);
    expect(out).toContain("production did not know the token; sandbox does.");
    expect(out.replaceAll(/\s+/g, " ")).toContain("Delivery Log");
    expect(sandbox.calls).toHaveLength(1);
  });

  test("stays in the environment that was named, and explains the refusal", async () => {
    const { code, out } = await send(["--token", sandbox.token, "--environment", "production"]);
    expect(code).toBe(1);
    expect(out).toContain("400 BadDeviceToken");
    expect(out).toContain("Likely causes");
    expect(sandbox.received).toEqual([]);
  });

  test("rings every phone of a user", async () => {
    const { code, out } = await send(["--user", "10", "--store", "store.mjs", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([
      { environment: "production", outcome: "accepted" },
      { environment: "sandbox", outcome: "accepted", apnsUniqueId: expect.any(String) },
    ]);
    expect([production.calls.length, sandbox.calls.length]).toEqual([1, 1]);
  });

  test("sets every field that Apple knows", async () => {
    const apnsId = "123e4567-e89b-12d3-a456-426614174000";
    const fields = ["--expiration", "60", "--priority", "5", "--collapse-id", "c1", "--apns-id", apnsId];
    await send(["--token", production.token, ...fields, "--payload", '{"callId":"x","fromUserId":1}']);
    const [push] = lab.mock.pushes.filter(({ token }) => token === production.token);
    expect(push).toMatchObject({
      payload: { callId: "x", fromUserId: 1 },
      headers: {
        "apns-id": apnsId,
        "apns-priority": "5",
        "apns-collapse-id": "c1",
        "apns-expiration": expect.stringMatching(/^\d{10}$/),
      },
    });
  });

  test("takes the payload from a file, and the keys of common clients", async () => {
    await writeFile(join(lab.folder, "payload.json"), '{"callId":"from-file"}');
    await send(["--token", production.token, "--payload", "@payload.json"]);
    await send(["--token", production.token, "--preset", "portable", "--name", "Alice"]);
    expect(lab.mock.pushes.map(({ payload }) => payload)).toMatchObject([
      { callId: "from-file" },
      { nameCaller: "Alice", callerName: "Alice" },
    ]);
  });

  test("sends notifications, too", async () => {
    const alert = lab.mock.device({ pushType: "alert" });
    const { code } = await send(["--token", alert.token, "--push-type", "alert", "--title", "Alice", "--body", "Hi"]);
    expect(code).toBe(0);
    expect(alert.notifications).toMatchObject([{ aps: { alert: { title: "Alice", body: "Hi" } } }]);
  });

  test("prints headers and body in a dry run, sends nothing, and needs no key", async () => {
    const { code, out } = await send(["--token", production.token, "--call-id", "11-10", "--dry-run"], {
      APNS_P8_PATH: undefined,
      APNS_TEAM_ID: undefined,
    });
    expect(code).toBe(0);
    expect(out).toContain(`POST ${lab.apple.url}/3/device/${production.token.slice(0, 12)}...\n`);
    for (const line of [
      "authorization: bearer [hidden]",
      "apns-topic: com.example.app.voip",
      "apns-push-type: voip",
      "apns-priority: 10",
      "apns-expiration: 0",
    ]) {
      expect(out).toContain(`${line}\n`);
    }
    expect(out).toContain('"callId": "11-10"');
    expect(out).toMatch(/^\d+ bytes$/m);
    expect(lab.mock.pushes).toEqual([]);
    const json = JSON.parse((await send(["--user", "10", "--store", "store.mjs", "--dry-run", "--json"])).out);
    expect(json).toHaveLength(2);
  });

  test.each([
    [[], "give either --token or --user"],
    [["--token", "ab", "--user", "10"], "give either --token or --user"],
    [["--user", "10"], "say where devices are kept"],
    [["--user", "99", "--store", "store.mjs"], "user 99 has no voip token"],
    [["--token", "ab".repeat(32), "--push-type", "news"], "wanted: voip, alert, background"],
    [["--token", "ab".repeat(32), "--priority", "7"], "wanted: 10, 5, 1"],
    [["--token", "ab".repeat(32), "--environment", "prod"], "wanted: production, sandbox"],
    [["--token", "ab".repeat(32), "--payload", "{broken"], "--payload"],
    [["--token", "ab".repeat(32), "--payload", "[1]"], "wanted: a JSON object"],
    [["--token", "ab".repeat(32), "--preset", "skype"], "wanted: portable"],
  ])("says what is wrong with %j, with exit code 2", async (args, words) => {
    const { code, err } = await send(args);
    expect(err).toContain(words);
    expect(code).toBe(2);
    expect(lab.mock.pushes).toEqual([]);
  });

  test.each([
    [["--token", "dGhpcyBpcyBhIA:APA91b"], "FCM registration token"],
    [["--token", "ab".repeat(32), "--payload", JSON.stringify({ callId: "x".repeat(6000) })], "5120"],
    [["--token", "ab".repeat(32), "--topic", "com.example.app"], "com.example.app.voip"],
  ])("refuses what Apple would refuse: %s", async (args, words) => {
    const { code, err } = await send(args as string[]);
    expect(err).toContain(words);
    expect(code).toBe(1);
    expect(lab.mock.pushes).toEqual([]);
  });

  test("names everything that is wrong with the variables", async () => {
    const { code, err } = await send(["--token", production.token], { APNS_TEAM_ID: "short", APNS_KEY_ID: undefined });
    expect(code).toBe(1);
    expect(err).toContain("APNS_TEAM_ID");
    expect(err).toContain("APNS_KEY_ID");
  });

  test("prints no whole device token and no provider token", async () => {
    for (const args of [[], ["--json"], ["--dry-run"], ["--dry-run", "--json"]]) {
      const { out, err } = await send(["--token", production.token, ...args]);
      expect(out + err).not.toContain(production.token);
      expect(out + err).not.toMatch(/eyJ/);
    }
  });
});
