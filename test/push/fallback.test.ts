import {
  consoleLogger,
  createPushService,
  createReceipts,
  type Device,
  type FallbackMessage,
  type FallbackReason,
  memoryReceiptStore,
  type ReceiptEvent,
} from "apns-voip";
import type { MockDevice } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { CALL, createWorld, type Options } from "./world.js";

const RECEIPTS = { secret: "a secret of receipts" };

/** A service that alerts where nothing rings. `asked`: what it was asked for, and why. */
async function world(options: Options = {}) {
  const asked: [call: unknown, why: FallbackReason][] = [];
  const made = createWorld({
    receipts: createReceipts(RECEIPTS),
    fallback(call, why) {
      asked.push([call, why]);
      return { title: "Ann", body: "is calling", type: "call.alert" };
    },
    ...options,
  });
  await made.apns.warmUp();
  made.mock.clock.stop();
  const add = async (pushType: Device["pushType"], deviceId?: string, bundleId = "com.example.app") => {
    const phone = made.mock.device({ pushType, bundleId });
    await made.devices.save({ ...phone.device(10), deviceId });
    return phone;
  };
  const report = (phone: MockDevice, event: ReceiptEvent) =>
    made.push.takeReceipt({ receipt: (phone.calls.at(-1) as unknown as { receipt: string }).receipt, event });
  return { ...made, asked, add, report };
}

const shown = (...phones: MockDevice[]) => phones.map(({ notifications }) => notifications.length);

describe("a phone without a VoIP token", () => {
  test("is notified at once, and its outcome is the report's where nothing rings", async () => {
    const { push, add, mock, asked, events } = await world();
    const phone = await add("alert", "A-1");
    const report = await push.sendCall(CALL);
    expect(report).toMatchObject({ status: "accepted", devices: [{ device: { pushType: "alert" } }] });
    expect(asked).toEqual([[CALL, "no-voip-token"]]);
    expect(phone.notifications).toEqual([
      {
        aps: { alert: { title: "Ann", body: "is calling" }, sound: "default", "interruption-level": "time-sensitive" },
        type: "call.alert",
      },
    ]);
    const { headers } = mock.pushes[0]!;
    expect(headers["apns-collapse-id"]).toBe("11-10");
    expect(Number(headers["apns-expiration"])).toBe(Math.floor((mock.clock.now() + 30_000) / 1_000));
    const lines: string[] = [];
    for (const event of events) consoleLogger({ log: line => lines.push(line) })(event);
    expect(lines.filter(line => line.startsWith("✅"))).toEqual(["✅ Push sent successfully to APNs"]);
    expect(lines.at(-1)).toBe("VoIP token not found for user 10: notified instead");
  });

  test("gets the expiration, collapse id and interruption level that the message names", async () => {
    const message: FallbackMessage = {
      title: "Ann",
      body: "",
      interruptionLevel: "active",
      collapseId: "mine",
      expiration: 0,
    };
    const { push, add, mock } = await world({ fallback: () => message });
    await add("alert");
    await push.sendCall(CALL);
    expect(mock.pushes[0]).toMatchObject({
      headers: { "apns-collapse-id": "mine", "apns-expiration": "0" },
      payload: { aps: { "interruption-level": "active" } },
    });
  });

  test("is notified beside the one that rings, which decides how the call ended", async () => {
    const { push, add, mock } = await world();
    const [ringing, other] = [await add("voip", "A-1"), await add("alert", "B-2")];
    await add("alert", "A-1");
    mock.script(ringing.token, ["TopicDisallowed"]);
    const { status, devices } = await push.sendCall(CALL);
    expect(status).toBe("failed");
    expect(devices.map(({ device }) => device.pushType)).toEqual(["voip", "alert"]);
    expect(shown(other)).toEqual([1]);
  });

  test("is only notified where it certainly has none: a phone that may ring gets no notification as well", async () => {
    const { push, add } = await world();
    await add("voip");
    const alerts = [await add("alert"), await add("alert", "A-1")];
    await push.sendCall(CALL);
    expect(shown(...alerts)).toEqual([0, 0]);
  });

  test("is notified although another app of the same vendor, with the same device id, has one", async () => {
    const { push, add } = await world();
    await add("voip", "A-1", "com.example.app");
    const other = await add("alert", "A-1", "com.example.other");
    await push.sendCall(CALL);
    expect(shown(other)).toEqual([1]);
  });

  test("is not notified when it is excepted, nor when the fallback says nothing", async () => {
    const { push, add } = await world();
    const phone = await add("alert", "A-1");
    expect((await push.sendCall(CALL, { exceptDeviceIds: ["A-1"] })).status).toBe("no-devices");
    expect(shown(phone)).toEqual([0]);
    const silent = await world({ fallback: () => undefined });
    await silent.add("alert");
    expect((await silent.push.sendCall(CALL)).status).toBe("no-devices");
  });

  test("is notified once for a key, and not after a cancel", async () => {
    const { push, add } = await world();
    const phone = await add("alert");
    await push.sendCall(CALL, { idempotencyKey: "k" });
    expect((await push.sendCall(CALL, { idempotencyKey: "k" })).status).toBe("duplicate");
    await push.cancelCall(10, "other");
    expect((await push.sendCall(CALL, { idempotencyKey: "other" })).status).toBe("cancelled");
    expect(shown(phone)).toEqual([1]);
  });

  test("is notified also where the service asks for no receipts", async () => {
    const { push, add, asked, mock } = await world({ receipts: undefined });
    await add("voip", "A-1");
    await add("alert", "A-1");
    const other = await add("alert", "B-2");
    await push.sendCall(CALL);
    await mock.clock.advance(20_000);
    expect(asked.map(([, why]) => why)).toEqual(["no-voip-token"]);
    expect(shown(other)).toEqual([1]);
  });
});

describe("a phone that stays silent", () => {
  test("is notified by its own alert token, while the ring lasts", async () => {
    const { push, add, mock, asked } = await world();
    await add("voip", "A-1");
    const [own, other] = [await add("alert", "A-1"), await add("alert", "B-2", "com.example.other")];
    await push.sendCall({ ...CALL, offer: "v=0" } as never);
    expect(shown(own, other)).toEqual([0, 1]);
    await mock.clock.advance(8_100);
    expect(shown(own, other)).toEqual([1, 1]);
    expect(asked.map(([, why]) => why)).toEqual(["no-voip-token", "silent"]);
    expect(asked[1]![0]).toEqual({ ...CALL, offer: "v=0" });
    expect(mock.pushes.at(-1)!.headers["apns-collapse-id"]).toBe("11-10");
  });

  test("and has no device id is notified by every alert token that may be its own", async () => {
    const { push, add, mock } = await world();
    await add("voip");
    await add("voip", "A-1");
    const [covered, mayBe] = [await add("alert", "A-1"), await add("alert")];
    await push.sendCall(CALL);
    await mock.clock.advance(8_100);
    // Both phones are silent: the one by its own token, the other by what may be its own; each once.
    expect(shown(covered, mayBe)).toEqual([1, 1]);
  });

  test("is left alone when it has spoken, when another has answered, when it is excepted, or after a cancel", async () => {
    const spoke = await world();
    const phone = await spoke.add("voip", "A-1");
    const own = await spoke.add("alert", "A-1");
    await spoke.push.sendCall(CALL);
    await spoke.report(phone, "received");
    await spoke.mock.clock.advance(20_000);
    expect(shown(own)).toEqual([0]);

    const answered = await world();
    await answered.add("voip", "A-1");
    const [second, alert] = [await answered.add("voip", "B-2"), await answered.add("alert", "A-1")];
    await answered.push.sendCall(CALL);
    await answered.report(second, "answered");
    await answered.mock.clock.advance(20_000);
    expect(answered.eventsOf("push.silent")).toHaveLength(1);
    expect(shown(alert)).toEqual([0]);

    const cancelled = await world();
    await cancelled.add("voip", "A-1");
    const quiet = await cancelled.add("alert", "A-1");
    await cancelled.push.sendCall(CALL, { idempotencyKey: "k" });
    await cancelled.push.cancelCall(10, "k");
    await cancelled.mock.clock.advance(20_000);
    expect(shown(quiet)).toEqual([0]);
  });

  test("is not notified when the ring is over before anybody knows", async () => {
    const { push, add, mock, eventsOf } = await world({ ringTimeout: 5_000 });
    await add("voip", "A-1");
    const own = await add("alert", "A-1");
    await push.sendCall(CALL);
    await mock.clock.advance(20_000);
    expect(eventsOf("push.silent")).toHaveLength(1);
    expect(shown(own)).toEqual([0]);
  });

  test("gets one alert for a call, though it has two VoIP tokens that are silent", async () => {
    const { push, add, mock } = await world();
    await add("voip", "A-1");
    await add("voip", "A-2");
    const mayBe = await add("alert");
    await push.sendCall(CALL);
    await mock.clock.advance(20_000);
    expect(shown(mayBe)).toEqual([1]);
    // The next call with the same id is another call.
    await push.sendCall(CALL);
    await mock.clock.advance(20_000);
    expect(shown(mayBe)).toEqual([2]);
  });

  test("whose process was killed is notified by another, which knows the call as it was given", async () => {
    const store = memoryReceiptStore();
    // The process that sends tells of nobody any more.
    const killed = createReceipts({ ...RECEIPTS, store: { ...store, due: async () => [] } });
    const { push, add, apns, devices, mock, asked } = await world({ receipts: killed });
    const shared = createReceipts({ ...RECEIPTS, store: { ...store, isShared: true } });
    createPushService({
      apns,
      devices,
      receipts: shared,
      fallback(call, why) {
        asked.push([call, why]);
        return { title: "Ann", body: "is calling" };
      },
    });
    await add("voip", "A-1");
    const own = await add("alert", "A-1");
    await push.sendCall({ ...CALL, hasVideo: true });
    await mock.clock.advance(20_000);
    expect(asked).toEqual([[{ ...CALL, hasVideo: true }, "silent"]]);
    expect(shown(own)).toEqual([1]);
  });
});

test.each<[what: string, fallback: () => FallbackMessage]>([
  [
    "throws",
    () => {
      throw new Error("no name");
    },
  ],
  ["gives a message that cannot be sent", () => ({ title: " ", body: " " })],
])("a fallback that %s costs no ring, and is told of", async (_what, fallback) => {
  const { push, add, eventsOf } = await world({ fallback });
  const phone = await add("voip", "A-1");
  await add("alert", "B-2");
  expect((await push.sendCall(CALL)).status).toBe("accepted");
  expect(phone.calls).toHaveLength(1);
  expect(eventsOf("push.fallback-failed")).toMatchObject([{ toUserId: "10", callId: "11-10", why: "no-voip-token" }]);
});
