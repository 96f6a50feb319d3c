import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMockApns, type MockApns, type MockApnsListener } from "apns-voip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CALL, open, providerToken, request, voipHeaders } from "./apple.js";

const run = promisify(execFile);
const peers = fileURLToPath(new URL("../peers/", import.meta.url));
const hasPeers = existsSync(join(peers, "node_modules/.package-lock.json"));
const hasCurl = await run("curl", ["--version"]).then(
  ({ stdout }) => stdout.includes("HTTP2"),
  () => false,
);

let mock: MockApns;
let server: MockApnsListener;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  mock = createMockApns();
  server = await mock.listen({ caPath: join(folder, "ca.pem") });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** One push that is right, and three that Apple refuses. */
function pushes() {
  const [phone, gone] = [mock.device(), mock.device()];
  gone.uninstall();
  return {
    phone,
    list: [
      { token: phone.token, topic: phone.topic, payload: CALL },
      { token: "ab".repeat(32), topic: phone.topic, payload: CALL },
      { token: gone.token, topic: gone.topic, payload: CALL },
      { token: phone.token, topic: "com.example.other.voip", payload: CALL },
    ],
  };
}

/** Runs a client in a process of its own, as its users do. */
async function runPeer(name: string, list: readonly object[]): Promise<string[]> {
  const input = { origin: server.url, ca: server.ca, ...mock.key, pushes: list };
  const { stdout } = await run(process.execPath, [join(peers, `${name}.mjs`)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: server.caPath, PEER_INPUT: JSON.stringify(input) },
  });
  return JSON.parse(stdout);
}

const verdicts = () => mock.pushes.map(({ status, reason }) => reason ?? status);
const EXPECTED = [200, "BadDeviceToken", "Unregistered", "DeviceTokenNotForTopic"];

describe.skipIf(!hasPeers)("a client that none of us wrote (needs: npm ci --prefix test/peers)", () => {
  it("@parse/node-apn rings the phone and gets Apple's reasons", async () => {
    const { phone, list } = pushes();
    expect(await runPeer("node-apn", list)).toEqual(["sent", ...EXPECTED.slice(1)]);
    expect(phone.calls).toMatchObject([{ callId: "11-10", fromDisplayName: "Eleven", hasVideo: true }]);
    expect(verdicts()).toEqual(EXPECTED);
    expect(mock.violations).toEqual([]);
  });

  it("apns2 rings the phone and gets Apple's reasons", async () => {
    const { phone, list } = pushes();
    expect(await runPeer("apns2", list)).toEqual(["sent", ...EXPECTED.slice(1)]);
    expect(phone.calls).toMatchObject([{ callId: "11-10", fromDisplayName: "Eleven" }]);
    expect(verdicts()).toEqual(EXPECTED);
    expect(mock.violations).toEqual([]);
  });

  it("hapns gets Apple's reasons; its VoIP pushes lose the call, which the mock notes", async () => {
    const { phone, list } = pushes();
    const results = await runPeer("hapns", list);
    expect([results[0], results.length]).toEqual(["sent", 4]);
    expect(verdicts()).toEqual(EXPECTED);
    expect(phone.received).toMatchObject([{ payload: { aps: {} }, effect: "no-call" }]);
    expect(mock.violations.map(({ rule }) => rule)).toEqual(["call-missing"]);
  });
});

describe("a client that is no library", () => {
  it.skipIf(!hasCurl)("curl --http2 rings the phone and gets Apple's reasons (needs a curl with HTTP2)", async () => {
    const { phone, list } = pushes();
    const token = await providerToken(mock.key);
    const outputs = [];
    for (const push of list) {
      const headers = Object.entries(voipHeaders(token, { "apns-topic": push.topic }));
      const { stdout } = await run("curl", [
        "--silent",
        "--http2",
        "--cacert",
        server.caPath ?? "",
        ...headers.flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
        "--data",
        JSON.stringify(push.payload),
        "--write-out",
        "%{http_version} %{http_code}",
        `${server.url}/3/device/${push.token}`,
      ]);
      outputs.push(stdout);
    }
    expect(outputs).toEqual([
      "2 200",
      '{"reason":"BadDeviceToken"}2 400',
      expect.stringMatching(/^\{"reason":"Unregistered","timestamp":\d{13}\}2 410$/),
      '{"reason":"DeviceTokenNotForTopic"}2 400',
    ]);
    expect(phone.calls).toHaveLength(1);
    // Four processes, four connections, as many as are forgiven.
    expect(mock.violations).toEqual([]);
  });

  it("node:http2 rings the phone and gets Apple's reasons", async () => {
    const { phone, list } = pushes();
    const token = await providerToken(mock.key);
    const session = open(server.url, server.ca);
    const answers = [];
    for (const { token: to, topic } of list) {
      const { status, reason } = await request(session, `/3/device/${to}`, voipHeaders(token, { "apns-topic": topic }));
      answers.push(reason ?? status);
    }
    expect(answers).toEqual(EXPECTED);
    expect(phone.calls).toHaveLength(1);
    expect(mock.violations).toEqual([]);
    session.destroy();
  });
});
