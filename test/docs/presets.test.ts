import { createApnsClient, createPushService, memoryDeviceStore, presets } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { readAsFlutter, readAsReactNative } from "./given/readers.js";

const apps = [
  { app: "React Native", readCall: readAsReactNative, own: presets.reactNative },
  { app: "Flutter", readCall: readAsFlutter, own: presets.flutter },
];

/** Calls as they come in: other ids than UUIDs, the same id again, names and ids that are blank or missing. */
const CALLS = [
  { callId: "11-10", fromUserId: 11, fromDisplayName: "Ann", hasVideo: true },
  { callId: "11-10", fromUserId: 11, fromDisplayName: null },
  { callId: 7, fromUserId: "u_9f", fromDisplayName: "  " },
  { callId: "8F14E45F-CEEA-467F-A34D-1C5B4D3A2B11", fromUserId: "0", fromDisplayName: '"quoted" 👩‍👩‍👧 عربي' },
];

describe.each(apps)("a phone with an app in $app", ({ readCall, own }) => {
  async function setUp() {
    const mock = createMockApns({ readCall });
    const phone = mock.device({ userId: 10 });
    const apns = createApnsClient({ ...mock.key, fetch: mock.fetch, clock: mock.clock });
    const devices = memoryDeviceStore();
    await devices.save(phone.device());
    return { mock, phone, apns, devices };
  }

  it.each([
    ["its own preset", own],
    ["the portable one", presets.portable],
  ])("rings for every call with %s", async (_name, payload) => {
    const { mock, phone, apns, devices } = await setUp();
    const push = createPushService({ apns, devices, payload });
    for (const call of CALLS) await push.sendCall({ toUserId: 10, ...call });
    expect(phone.received.map(({ effect }) => effect)).toEqual(CALLS.map(() => "rang"));
    for (const { fromDisplayName, fromUserId } of phone.calls) {
      expect(fromDisplayName).toMatch(/Ann|User|quoted/);
      expect(String(fromUserId)).not.toBe("");
    }
    expect(mock.violations).toEqual([]);
  });

  it("is blocked after three calls without one", async () => {
    const { phone, apns, devices } = await setUp();
    const push = createPushService({ apns, devices });
    for (const call of CALLS) expect((await push.sendCall({ toUserId: 10, ...call })).status).toBe("accepted");
    expect(phone.received.map(({ effect }) => effect)).toEqual(["no-call", "no-call", "no-call", "blocked"]);
    expect(phone.calls).toEqual([]);
  });
});
