import { createPushApiClient } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { pushApiHandlers } from "apns-voip/testing/msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CALL } from "./apple.js";

const apiUrl = "http://api:3000";
const adminToken = "an-admin-token";

describe("the push API behind msw, for a signal server", () => {
  const mock = createMockApns();
  const server = setupServer(
    ...pushApiHandlers({ apiUrl, adminToken, mock, authenticate: async () => ({ userId: 20 }) }),
    ...pushApiHandlers({ apiUrl: "http://gateway/push-api/", adminToken, mock }),
  );
  const api = createPushApiClient({ apiUrl, adminToken, retries: 0 });
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterEach(() => mock.reset());
  afterAll(() => server.close());

  it("rings the phone of the user who is called", async () => {
    const [phone, other] = [mock.device({ userId: 10 }), mock.device({ userId: 11 })];
    expect(await api.sendCall({ toUserId: 10, ...CALL, type: "call.incoming" })).toEqual({
      status: "accepted",
      httpStatus: 200,
    });
    expect([phone.calls.length, other.calls.length]).toEqual([1, 0]);
  });

  it("rings in whichever environment the phone is", async () => {
    const phone = mock.device({ userId: 12, environment: "sandbox", bundleId: "com.example.dev" });
    expect((await api.sendCall({ toUserId: 12, callId: "a", fromUserId: 1 })).status).toBe("accepted");
    expect(phone.calls).toHaveLength(1);
  });

  it("shows messages with the alert token", async () => {
    const phone = mock.device({ userId: 13, pushType: "alert" });
    expect((await api.sendMessage({ toUserId: 13, title: "Eleven", body: "Hello", fromUserId: 11 })).status).toBe(
      "accepted",
    );
    expect(phone.notifications).toMatchObject([{ type: "chat.message", fromUserId: "11" }]);
  });

  it("says that a user has no phone, that a token is wrong, that a repeat is one", async () => {
    expect(await api.sendCall({ toUserId: 99, ...CALL, type: "call.incoming" })).toMatchObject({
      status: "no-devices",
      httpStatus: 404,
    });
    const stranger = createPushApiClient({ apiUrl, adminToken: "another-token", retries: 0 });
    expect(await stranger.sendCall({ toUserId: 10, callId: "a", fromUserId: 1 })).toMatchObject({
      status: "failed",
      httpStatus: 401,
    });
    mock.device({ userId: 14 });
    const repeat = () => api.sendCall({ toUserId: 14, callId: "a", fromUserId: 1 }, { idempotencyKey: "once" });
    expect([(await repeat()).status, (await repeat()).status]).toEqual(["accepted", "duplicate"]);
  });

  it("fails as the mock is told to, and forgets a phone that is gone", async () => {
    const phone = mock.device({ userId: 15 });
    mock.script(phone.token, ["TopicDisallowed"]);
    const call = { toUserId: 15, callId: "a", fromUserId: 1 };
    expect(await api.sendCall(call)).toMatchObject({ status: "failed", httpStatus: 500, reasons: ["TopicDisallowed"] });
    await mock.clock.advance(10);
    phone.uninstall();
    expect(await api.sendCall(call)).toMatchObject({ status: "failed", reasons: ["Unregistered"] });
    expect(await api.sendCall(call)).toMatchObject({ status: "no-devices" });
  });

  it("takes registrations, if told who asks", async () => {
    const phone = mock.device({ userId: "nobody" });
    const body = JSON.stringify({ platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
    const register = (url: string) =>
      fetch(`${url}/api/v1/me/devices`, { method: "PUT", headers: { "content-type": "application/json" }, body });
    expect((await register(apiUrl)).status).toBe(200);
    expect((await register("http://gateway/push-api")).status).toBe(401);
  });

  it("is found behind a path", async () => {
    const phone = mock.device({ userId: 16 });
    const gateway = createPushApiClient({ apiUrl: "http://gateway/push-api", adminToken, retries: 0 });
    expect((await gateway.sendCall({ toUserId: 16, callId: "a", fromUserId: 1 })).status).toBe("accepted");
    expect(phone.calls).toHaveLength(1);
  });
});
