import type { PushService } from "apns-voip";
import type { Offer, PushApiResult } from "apns-voip/signal";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf } from "./blocks.js";
import { isInstalled } from "./given/node-apn.js";
import { readAsFlutter, readAsReactNative } from "./given/readers.js";
import { ADMIN_TOKEN, type Rig, startRig } from "./rig.js";

const page = codeOf("docs/from-node-apn.md");
const block = (heading: string) => page.under(heading)[0] as string;

let rig: Rig;
let apiUrl: string;

// A database is made, which takes its time on a busy machine.
beforeAll(async () => {
  rig = await startRig();
}, 240_000);
beforeEach(() => rig.forget());
afterAll(async () => {
  page.remove();
  await rig.close();
});

const CALL = {
  toUserId: 10,
  callId: "11-10",
  fromUserId: 11,
  fromDisplayName: "User 11",
  room: "p2p:11-10",
  hasVideo: true,
};
const { toUserId: _, ...payload } = CALL;
const ON_THE_PHONE = { type: "call.incoming", ...payload };

async function ring(body: object = CALL, adminToken = ADMIN_TOKEN) {
  const response = await fetch(`${apiUrl}/api/internal/push/call`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-admin-token": adminToken },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as object };
}

/** A phone with user 10 logged in. */
async function phoneOf(environment: "production" | "sandbox" = "production") {
  const phone = rig.mock.device({ environment });
  await rig.setToken(phone.token);
  return phone;
}

const rules = () => rig.mock.violations.map(({ rule }) => rule);

const routes = [
  { heading: "The route before", isReady: isInstalled, sandboxRings: false, violations: ["expiration-missing"] },
  { heading: "The route after", isReady: true, sandboxRings: true, violations: [] },
];

describe.each(routes)("$heading", ({ heading, isReady, sandboxRings, violations }) => {
  if (!isReady) return it.skip("answers (needs: npm ci --prefix test/peers)");

  beforeAll(async () => {
    apiUrl = await rig.serve(block(heading));
  });

  it("rings the phone with the same payload", async () => {
    await phoneOf();
    expect(await ring()).toMatchObject({ status: 200, body: { success: true } });
    expect(rig.mock.pushes.map(push => push.payload)).toEqual([ON_THE_PHONE]);
    expect(rules()).toEqual(violations);
  });

  it("answers the same to a wrong token, to a user without a phone, and when Apple refuses", async () => {
    await phoneOf();
    expect(await ring(CALL, "another")).toEqual({ status: 401, body: { error: "unauthorized" } });
    expect(await ring({ ...CALL, toUserId: 12 })).toEqual({ status: 404, body: { error: "VoIP token not found" } });
    rig.forget();
    rig.mock.script("*", ["TopicDisallowed"]);
    expect(await ring()).toMatchObject({ status: 500, body: { error: "Failed to send VoIP push" } });
    expect(rig.printed.join("\n")).toContain("APNs error: TopicDisallowed");
  });

  it(`${sandboxRings ? "rings" : "does not ring"} a phone of the other environment`, async () => {
    const phone = await phoneOf("sandbox");
    expect((await ring()).status).toBe(sandboxRings ? 200 : 500);
    expect(phone.calls).toHaveLength(sandboxRings ? 1 : 0);
  });
});

describe("sendVoIPPush", () => {
  let before: (from: number, to: number, displayName: string, hasVideo: boolean) => Promise<void>;
  let after: (from: number, offer: Offer) => Promise<PushApiResult | undefined>;

  beforeAll(async () => {
    apiUrl = await rig.serve(block("The route after"));
    vi.stubEnv("API_URL", apiUrl);
    ({ sendVoIPPush: before } = await import(block("sendVoIPPush before")));
    ({ sendVoIPPush: after } = await import(block("sendVoIPPush after")));
  });

  it("sends the same call after the migration as before, and prints the same line", async () => {
    await phoneOf();
    await before(11, 10, "User 11", true);
    const lines = [...rig.printed];
    await after(11, { to: 10, sdp: "v=0\nm=video 9 UDP/TLS/RTP/SAVPF 96\n", displayName: "User 11" });
    expect(rig.mock.pushes.map(push => push.payload)).toEqual([ON_THE_PHONE, ON_THE_PHONE]);
    const last = "✅ VoIP Push sent to user 10";
    expect([lines.at(-1), rig.printed.at(-1)]).toEqual([last, last]);
  });

  it("says after the migration why nobody will ring, where before it only printed something", async () => {
    await before(11, 12, "User 11", true);
    expect(rig.printed.at(-1)).toBe("❌ Failed to send VoIP Push: Request failed with status code 404");
    expect(await after(11, { to: 12, sdp: "", displayName: "User 11" })).toMatchObject({
      status: "no-devices",
      httpStatus: 404,
    });
    expect(rig.printed.at(-2)).toMatch(/^❌ Failed to send VoIP Push: /);
    expect(rig.printed.at(-1)).toMatch(/^ {3}user 12: .*Open the app once/);
  });
});

describe("a route of one's own", () => {
  beforeAll(async () => {
    apiUrl = await rig.serve(block("A route of your own"));
  });

  const ringUser10 = () =>
    fetch(`${apiUrl}/ring/10`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ callId: "11-10", from: 11 }),
    });

  it("rings, and says what Apple refused", async () => {
    const phone = await phoneOf();
    const response = await ringUser10();
    expect([response.status, await response.json()]).toEqual([200, { status: "accepted" }]);
    expect(phone.calls).toHaveLength(1);
    phone.uninstall();
    expect((await ringUser10()).status).toBe(502);
    expect(rig.printed).toEqual(["APNs error: 410 Unregistered"]);
  });
});

describe("with a preset", () => {
  it.each([
    ["React Native", readAsReactNative],
    ["Flutter", readAsFlutter],
  ] as const)("the app in %s announces the call with the caller's name", async (_name, read) => {
    vi.resetModules();
    const { push } = (await import(block("With a preset"))) as { push: PushService };
    const phone = rig.mock.device();
    await push.devices.save(phone.device());
    expect((await push.sendCall(CALL)).status).toBe("accepted");
    expect(read(rig.mock.pushes[0]?.payload)).toMatchObject({
      announced: true,
      call: { fromDisplayName: expect.stringContaining("User 11") },
    });
  });
});
