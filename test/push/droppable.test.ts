import { callPayloadSchemaWith, createPushService, droppable, presets } from "apns-voip";
import { expect, test } from "vitest";
import * as z from "zod/v4";
import { CALL, createWorld } from "./world.js";

const SDP = "v=0\r\n".repeat(900);

async function ring(payload: Parameters<typeof createPushService>[0]["payload"], own: object) {
  const { apns, devices, mock, register, eventsOf } = createWorld();
  const push = createPushService({ apns, devices, payload });
  const phone = await register(mock.device());
  const report = await push.sendCall({ ...CALL, ...own }).catch((error: Error) => error);
  return { report, received: phone.received[0]?.payload as Record<string, unknown> | undefined, eventsOf };
}

const withOffer = callPayloadSchemaWith({
  offer: droppable(z.string().optional()),
  picture: droppable(z.string().optional()),
  tenant: z.string().optional(),
});

test("a droppable key that makes the payload too large is left out: the phone rings, and an event says so", async () => {
  const { report, received, eventsOf } = await ring(withOffer as never, { offer: SDP, tenant: "t1" });
  expect(report).toMatchObject({ status: "accepted", payload: { callId: "11-10", tenant: "t1" } });
  expect(received).toMatchObject({ callId: "11-10", tenant: "t1" });
  expect(received).not.toHaveProperty("offer");
  expect(eventsOf("push.keys-dropped")).toEqual([
    {
      type: "push.keys-dropped",
      toUserId: "10",
      callId: "11-10",
      keys: ["offer"],
      bytes: expect.any(Number),
      mostBytes: 5120,
    },
  ]);
});

test("a droppable key that fits stays", async () => {
  const { received, eventsOf } = await ring(withOffer as never, { offer: "v=0" });
  expect(received).toMatchObject({ offer: "v=0" });
  expect(eventsOf("push.keys-dropped")).toEqual([]);
});

test("of several droppable keys the largest goes first, and no more go than must", async () => {
  const { received, eventsOf } = await ring(withOffer as never, { offer: "x".repeat(2000), picture: "y".repeat(4000) });
  expect(received).toMatchObject({ offer: "x".repeat(2000) });
  expect(eventsOf("push.keys-dropped")).toMatchObject([{ keys: ["picture"] }]);
});

test("a key that is not droppable is not dropped: the call is refused as a whole, with its real size", async () => {
  const { report, eventsOf } = await ring(withOffer as never, { offer: "v=0", tenant: "x".repeat(6000) });
  expect(report).toMatchObject({ code: "PAYLOAD_TOO_LARGE", message: expect.stringMatching(/61\d\d bytes/) });
  expect(eventsOf("push.keys-dropped")).toEqual([]);
});

test("the bytes of a payload are counted as Apple counts them, in UTF-8", async () => {
  const { received } = await ring(withOffer as never, { offer: "電".repeat(1800) });
  expect(received).not.toHaveProperty("offer");
});

test("a preset takes droppable keys of the app's own, too", async () => {
  const payload = presets.flutter.plus({
    avatar: droppable(z.string().optional()),
    extra: z.looseObject({}).optional(),
  });
  const { received } = await ring(payload as never, { avatar: "a".repeat(6000), extra: { room: 7 } });
  expect(received).toMatchObject({ nameCaller: "User 11", extra: { room: 7 } });
  expect(received).not.toHaveProperty("avatar");
});

test("the report has the payload as the phones got it, the UUID of a preset in it", async () => {
  const { report, received } = await ring(presets.portable as never, {});
  expect(received).toEqual((report as { payload: unknown }).payload);
  expect(report).toMatchObject({ payload: { uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
});

test("a call that reaches no phone has no payload in its report", async () => {
  const { push } = createWorld();
  expect(await push.sendCall(CALL)).toEqual({ status: "no-devices", devices: [] });
});
