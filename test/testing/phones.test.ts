import { createMockApns, type MockDeviceOptions } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL, providerToken, voipHeaders } from "./apple.js";

async function setUp(options: MockDeviceOptions = {}) {
  const mock = createMockApns();
  const phone = mock.device(options);
  const token = await providerToken(mock.key);
  const push = async (payload: object = CALL, headers: Record<string, string | undefined> = {}) => {
    const response = await mock.fetch(`https://api.push.apple.com/3/device/${phone.token}`, {
      method: "POST",
      headers: voipHeaders(token, {
        "apns-topic": phone.topic,
        "apns-push-type": phone.pushType,
        ...headers,
      }) as Record<string, string>,
      body: JSON.stringify(payload),
    });
    return response.status;
  };
  const call = (callId: string) => push({ ...CALL, callId });
  return { mock, phone, push, call };
}

const ids = (calls: readonly { readonly callId: string }[]) => calls.map(({ callId }) => callId);

describe("a virtual phone", () => {
  it("rings with what it reads, and tells its listener", async () => {
    const { phone, push } = await setUp();
    const heard: unknown[] = [];
    phone.onCall = call => heard.push(call);
    await push();
    const call = { ...CALL, room: "p2p:11-10" };
    expect([phone.calls, heard, phone.ringing]).toEqual([[call], [call], call]);
    expect(phone.received).toMatchObject([{ effect: "rang", payload: CALL, at: expect.any(Date) }]);
  });

  it("ignores a call id that it is already handling, and rings again once that call has ended", async () => {
    const { phone, call } = await setUp();
    await call("11-10");
    await call("11-10");
    phone.answer();
    await call("11-10");
    expect(phone.received.map(({ effect }) => effect)).toEqual(["rang", "already-handled", "already-handled"]);
    phone.end();
    await call("11-10");
    phone.decline();
    await call("11-10");
    expect(ids(phone.calls)).toEqual(["11-10", "11-10", "11-10"]);
  });

  it("answers, declines and ends the call it is told to", async () => {
    const { phone, call } = await setUp();
    await call("a");
    await call("b");
    expect(phone.ringing?.callId).toBe("b");
    phone.answer("a");
    phone.decline();
    expect(phone.ringing).toBeUndefined();
    await call("b");
    await call("a");
    expect(ids(phone.calls)).toEqual(["a", "b", "b"]);
    phone.end("a");
    await call("a");
    expect(ids(phone.calls)).toEqual(["a", "b", "b", "a"]);
  });

  it("rings as an unknown caller for what it cannot read, and counts it", async () => {
    const { phone, push } = await setUp();
    await push({ aps: {} });
    expect(phone.calls).toMatchObject([{ fromUserId: 0, fromDisplayName: "Unknown Caller" }]);
    expect([phone.unannounced, phone.received[0]?.effect]).toEqual([1, "no-call"]);
  });

  it("does not ring for call.cancel, and counts it", async () => {
    const { phone, push } = await setUp();
    await push({ ...CALL, type: "call.cancel" });
    expect([phone.calls, phone.unannounced, phone.received[0]?.effect]).toEqual([[], 1, "no-call"]);
  });

  it("is blocked after three pushes without a call: Apple keeps saying 200, nothing rings, until a reinstall", async () => {
    const { phone, push, call } = await setUp();
    for (let i = 0; i < 3; i++) await push({ ...CALL, type: "call.cancel" });
    expect(phone.blocked).toBe(true);
    expect(await call("a")).toBe(200);
    expect([phone.calls, phone.received.at(-1)?.effect]).toEqual([[], "blocked"]);
    phone.reinstall();
    await call("a");
    expect([phone.blocked, ids(phone.calls)]).toEqual([false, ["a"]]);
  });

  it("offline: gets nothing sent with expiration 0, not even later", async () => {
    const { phone, push } = await setUp();
    phone.offline = true;
    expect(await push()).toBe(200);
    phone.offline = false;
    expect(phone.received).toEqual([]);
  });

  it("offline: gets the newest push with time left, once, when it is back", async () => {
    const { mock, phone, push } = await setUp();
    phone.offline = true;
    const soon = () => ({ "apns-expiration": String(Math.floor(mock.clock.now() / 1000) + 60) });
    await push({ ...CALL, callId: "a" }, soon());
    await push({ ...CALL, callId: "b" }, soon());
    await mock.clock.advance(30_000);
    phone.offline = false;
    expect(ids(phone.calls)).toEqual(["b"]);
    phone.offline = true;
    phone.offline = false;
    expect(ids(phone.calls)).toEqual(["b"]);
  });

  it("offline: a push without storage leaves the stored one alone", async () => {
    const { mock, phone, push } = await setUp();
    phone.offline = true;
    await push({ ...CALL, callId: "a" }, { "apns-expiration": String(Math.floor(mock.clock.now() / 1000) + 60) });
    await push({ ...CALL, callId: "b" });
    phone.offline = false;
    expect(ids(phone.calls)).toEqual(["a"]);
  });

  it("offline: gets nothing whose time is up, and everything without an expiration", async () => {
    const { mock, phone, push } = await setUp();
    phone.offline = true;
    await push({ ...CALL, callId: "a" }, { "apns-expiration": String(Math.floor(mock.clock.now() / 1000) + 60) });
    await mock.clock.advance(61_000);
    phone.offline = false;
    expect(phone.received).toEqual([]);
    phone.offline = true;
    await push({ ...CALL, callId: "b" }, { "apns-expiration": undefined });
    await mock.clock.advance(20 * 60_000);
    phone.offline = false;
    expect(ids(phone.calls)).toEqual(["b"]);
  });

  it("shows notifications with its alert token", async () => {
    const { phone, push } = await setUp({ pushType: "alert" });
    const payload = { aps: { alert: "Hello" }, type: "chat.message", fromUserId: "11" };
    expect(await push(payload)).toBe(200);
    expect([phone.notifications, phone.calls, phone.received[0]?.effect]).toEqual([[payload], [], "shown"]);
  });

  it("has a row to save, without the environment that its app does not know", async () => {
    const { phone } = await setUp({ environment: "sandbox", bundleId: "com.example.dev", userId: 7 });
    const row = phone.device();
    expect(row).toEqual({
      userId: "7",
      token: phone.token,
      pushType: "voip",
      bundleId: "com.example.dev",
      platform: "ios",
      registeredAt: expect.any(Date),
    });
    expect(phone.device(8).userId).toBe("8");
    phone.userId = "9";
    expect(phone.device().userId).toBe("9");
  });

  it("takes a token in any case, and no token that is not hex", () => {
    const mock = createMockApns();
    expect(mock.device({ token: "ABCD" }).token).toBe("abcd");
    expect(() => mock.device({ token: "fcm:token" })).toThrow(/token: these 9 characters given; wanted: hex/);
    expect(mock.devices.map(({ token }) => token)).toEqual(["abcd"]);
  });

  it("is as new after a reset, its token and user kept", async () => {
    const { mock, phone, call } = await setUp();
    phone.userId = "12";
    phone.uninstall();
    phone.offline = true;
    mock.reset();
    expect(await call("a")).toBe(200);
    expect([ids(phone.calls), phone.userId]).toEqual([["a"], "12"]);
  });
});
