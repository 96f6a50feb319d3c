import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { postgresServer } from "../devices/databases.js";
import { type FinishedExample, runExample, startExample } from "./start-example.ts";

/** Each line as it is shown: who printed it, then the line to the letter. */
const LINES = [
  ["api", "PUT /api/v1/me/devices - 200 OK"],
  ["api", "Saved voipDeviceToken for user 10: {token}"],
  ["signal", "[signal] offer from 11 to 10"],
  ["signal", "[signal] user 10 is offline, sending VoIP Push"],
  ["signal", "📞 Sending VoIP Push to user 10"],
  ["api", "POST /api/internal/push/call - toUserId: 10"],
  ["api", "Retrieved voipDeviceToken for user 10: {token}"],
  ["api", "Sending VoIP Push to APNs..."],
  ["api", "✅ VoIP Push sent successfully to APNs"],
  ["signal", "✅ VoIP Push sent to user 10"],
  ["signal", "[signal] user 14 has 1 phone connected, sending VoIP Push to the others"],
  ["api", "❌ VoIP token not found for user 12"],
  ["signal", "❌ Failed to send VoIP Push: Request failed with status code 404: VoIP token not found"],
  ["api", "POST /api/internal/push/call - 401 unauthorized"],
  ["signal", "❌ Failed to send VoIP Push: Request failed with status code 401"],
] as const;

const PROVED = [
  "it rings with exactly these six keys",
  "the offer was waiting",
  "user 11 was told: call-ended, reason hang-up",
  "both ring: the iPad by socket, the iPhone by push, and the iPad was not pushed",
  "the iPad was told: call-ended, reason answered-elsewhere",
  "both stop: the iPad at once, the iPhone when its app has connected; user 14 got a message: missed call",
  "after the ring timeout user 11 was told: call-ended, reason no-answer; user 14 got a message: missed call",
  "a tap on it opens the chat with user 11",
  "user 11 was told at once: call-ended, reason no-devices",
  "user 11 was told: call-ended, reason failed; Apple was not asked",
  "it rang all the same: the other environment was tried",
  "the next call goes to the sandbox straight away",
  "the push arrived and CallKit took the call, by the phone's own word",
  "Apple said yes to both calls; only receipts tell them apart",
  "the row is where it always was",
  "the phone rings with the token of that row",
  "every step above was checked",
];

const withoutTokens = (text: string) => text.replace(/[0-9a-f]{12}\.\.\./g, "{token}");

describe("npm run demo", () => {
  let demo: FinishedExample;

  beforeAll(async () => {
    demo = await runExample("demo/main.ts");
  }, 150_000);

  test("ends by itself, with exit code 0", () => {
    expect(demo.code, demo.output).toBe(0);
  });

  test.each(LINES)("shows what the %s server prints, to the letter: %s", (source, line) => {
    const shown = withoutTokens(demo.output).split("\n");
    expect(shown).toContain(`    ${source.padEnd(7)}${line}`);
  });

  test.each(PROVED)("proves that %s", claim => {
    expect(demo.output).toMatch(new RegExp(`^ {4}✔ .*${claim}`, "m"));
  });

  test("prints what the README shows of it", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const shown = [...readme.matchAll(/^```text\n(.*?)^```$/gms)].flatMap(([, text = ""]) => text.split("\n"));
    expect(shown.length).toBeGreaterThan(10);
    for (const line of shown) expect(withoutTokens(demo.output)).toContain(withoutTokens(line));
  });

  test("shows the row that was saved where the old server had it, with the query that operators know", () => {
    const rows = withoutTokens(demo.output)
      .split("\n")
      .map(line => line.trim());
    const query = rows.indexOf("table  SELECT id, username, voip_device_token FROM users WHERE id IN (10, 11)");
    expect(query).toBeGreaterThan(0);
    expect(rows.slice(query + 1, query + 4)).toEqual([
      "table  id | username | voip_device_token",
      "table  10 | hanako   | {token}",
      "table  11 | taro     |",
    ]);
  });

  test("shows pictures from end to end where there is WebRTC", () => {
    expect(demo.output).toMatch(/each sees what the other films|no WebRTC here/);
  });

  test("has no colours where there is no terminal, and no secrets", () => {
    expect(demo.output).not.toContain("\u001b");
    expect(demo.output).not.toMatch(/[0-9a-f]{32}/);
    expect(demo.output).not.toContain("eyJ");
    expect(demo.output).not.toContain("PRIVATE KEY");
  });
});

test("the demo does without WebRTC", async () => {
  const { code, output } = await runExample("demo/main.ts", ["--no-webrtc"]);
  expect(code, output).toBe(0);
  expect(output).toContain("session descriptions and candidates arrived as they were sent");
}, 240_000);

const { missing } = postgresServer;

test.skipIf(missing)(
  `the demo keeps its rows in PostgreSQL where DATABASE_URL names one, and takes them with it${missing ? `: ${missing}` : ""}`,
  async () => {
    const before = await demoSchemas();
    const env = { DATABASE_URL: postgresServer.url };
    const { code, output } = await runExample("demo/main.ts", ["--no-webrtc"], env);
    expect(code, output).toBe(0);
    expect((await demoSchemas()).filter(name => !before.includes(name))).toEqual([]);
  },
  60_000,
);

test.each([
  ["SIGINT", 130],
  ["SIGKILL", null],
] as const)(
  "the demo takes its servers with it when it gets %s",
  async (signal, exitCode) => {
    const demo = await startExample("demo/main.ts", {}, /^ {2}signal server {2}(\S+)$/);
    const urls = demo.lines.flatMap(line => line.match(/https?:\/\/[^\s,]+/g) ?? []);
    expect(urls).toHaveLength(4);
    expect(await demo.stop(signal)).toBe(exitCode);
    const stillListening = async () => (await Promise.all(urls.map(isListening))).filter(Boolean).length;
    await expect.poll(stillListening, { timeout: 10_000 }).toBe(0);
  },
  60_000,
);

async function demoSchemas(): Promise<string[]> {
  const client = new pg.Client({ connectionString: postgresServer.url });
  await client.connect();
  const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'apns_voip_demo_%'");
  await client.end();
  return rows.map(({ nspname }) => nspname);
}

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const connected = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return connected;
}
