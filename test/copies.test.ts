import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";

/* The package as it was last built: what `import` gets, and what `require` gets. */

const imported = { ...(await import("../dist/index.js")), ...(await import("../dist/testing/index.js")) };
const require = createRequire(import.meta.url);
const required: typeof imported = {
  ...require("../dist/require/index.js"),
  ...require("../dist/require/testing/index.js"),
};

describe.each([
  ["import", imported, "require", required],
  ["require", required, "import", imported],
])("what %s made", (_, maker, __, user) => {
  test("is known by the other copy as an error of ours", () => {
    const make = () => maker.createApnsClient({} as never);
    expect(make).toThrow(expect.objectContaining({ name: "ApnsVoipError", code: "INVALID_OPTIONS" }));
    try {
      make();
    } catch (error) {
      expect(error).not.toBeInstanceOf(user.ApnsVoipError);
      expect(user.isApnsVoipError(error)).toBe(true);
    }
    expect(user.isApnsVoipError(new Error("of somebody else"))).toBe(false);
  });

  test("rings through the other copy: client, store, service, routes and mock", async () => {
    const mock = user.createMockApns();
    const phone = mock.device({ userId: 10 });
    const apns = maker.createApnsClient({ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch });
    const push = user.createPushService({ apns, devices: maker.memoryDeviceStore() });
    const adminToken = "an-admin-token-for-this-test";
    const authenticate = user.bearerAuth({ secret: new Uint8Array(32).fill(7) });
    const routes = maker.createPushRoutes({ push, authenticate, adminToken });
    await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
    const { status } = await routes.fetch(
      new Request("http://api/api/internal/push/call", {
        method: "POST",
        headers: { "content-type": "application/json", "x-admin-token": adminToken },
        body: JSON.stringify({ toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11" }),
      }),
    );
    await apns.close();
    expect(status).toBe(200);
    expect(phone.calls.map(({ callId }) => callId)).toEqual(["11-10"]);
  });
});

test("both copies have the same values", () => {
  expect(Object.keys(required).sort()).toEqual(Object.keys(imported).sort());
});
