import { type CallPayload, callPayloadSchema, callPayloadSchemaWith, presets } from "apns-voip";
import { describe, expect, test } from "vitest";
import * as z from "zod/v4";
import { CALL, createWorld } from "./world.js";

test("what a preset draws at random is drawn once per call: all phones get the same", async () => {
  const { mock, push, register } = createWorld({ payload: presets.portable as never });
  await register(mock.device());
  await register(mock.device());
  await push.sendCall(CALL);
  const payloads = mock.pushes.map(({ payload }) => payload as { uuid: string });
  expect(payloads).toHaveLength(2);
  expect(payloads[0]?.uuid).toMatch(/^[0-9a-f-]{36}$/);
  expect(payloads[0]).toEqual(payloads[1]);
});

test("two identical calls at once share one report although a preset would draw two UUIDs", async () => {
  const { mock, push, register } = createWorld({ payload: presets.portable as never });
  await register(mock.device());
  await Promise.all([push.sendCall(CALL), push.sendCall(CALL)]);
  expect(mock.pushes).toHaveLength(1);
});

test("an app's own keys reach the phone, unknown ones do not", async () => {
  const payload = callPayloadSchemaWith({ offer: z.string().optional() });
  const { mock, push, register } = createWorld({ payload: payload as never });
  await register(mock.device());
  await push.sendCall({ ...CALL, offer: "v=0", secret: "x" } as never);
  expect(mock.pushes[0]?.payload).toMatchObject({ offer: "v=0" });
  expect(mock.pushes[0]?.payload).not.toHaveProperty("secret");
  expect(mock.pushes[0]?.payload).not.toHaveProperty("toUserId");
});

test("a schema that asks somebody else, asynchronously, works", async () => {
  const payload = callPayloadSchemaWith({ tenant: z.string().refine(async tenant => tenant === "t") });
  const { mock, push, register } = createWorld({ payload: payload as never });
  await register(mock.device());
  expect((await push.sendCall({ ...CALL, tenant: "t" } as never)).status).toBe("accepted");
  await expect(push.sendCall({ ...CALL, tenant: "x" } as never)).rejects.toMatchObject({
    issues: [{ path: "tenant" }],
  });
});

describe("an app that reads a payload of its own gets it by a transform", () => {
  test.each<[what: string, own: (call: CallPayload) => object, reads: object]>([
    [
      "another type and a nested call",
      call => ({ type: "incoming_call", call: { id: call.callId, caller: call.fromDisplayName } }),
      { type: "incoming_call", call: { id: "11-10", caller: "User 11" } },
    ],
    [
      "keys of another case",
      call => ({ call_id: call.callId, has_video: call.hasVideo }),
      { call_id: "11-10", has_video: false },
    ],
    [
      "all of it as JSON in one key, as gateways send it",
      call => ({ data: JSON.stringify({ id: call.callId, from: call.fromUserId }) }),
      { data: '{"id":"11-10","from":11}' },
    ],
  ])("%s", async (_, own, reads) => {
    const payload = callPayloadSchema.transform(call => ({ ...call, ...own(call) }));
    const { mock, push, register, eventsOf } = createWorld({ payload: payload as never });
    await register(mock.device());
    const report = await push.sendCall(CALL);
    expect(report.status).toBe("accepted");
    expect(mock.pushes[0]?.payload).toMatchObject(reads);
    expect(eventsOf("push.finished")).toMatchObject([{ callId: "11-10" }]);
  });
});
