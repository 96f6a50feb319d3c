import {
  type ApnsClient,
  type CallRequest,
  callPayloadSchemaWith,
  createPushService,
  type DeviceStore,
  type PushReport,
  type PushService,
  type presets,
} from "apns-voip";
import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod/v4";

declare const apns: ApnsClient;
declare const devices: DeviceStore;
// Never run: only what the compiler makes of it counts.
const typesOf = <T>(_make: () => T) => expectTypeOf<T>();

describe("the types", () => {
  test("of a plain service take the six keys and who is to be rung", () => {
    typesOf(() => createPushService({ apns, devices })).toEqualTypeOf<PushService>();
    expectTypeOf<{ toUserId: 10; callId: "c"; fromUserId: "11" }>().toExtend<CallRequest>();
    expectTypeOf<{ toUserId: "10"; callId: 1; fromUserId: 11; hasVideo: "true"; room: null }>().toExtend<CallRequest>();
    expectTypeOf<{ callId: "c"; fromUserId: 11 }>().not.toExtend<CallRequest>();
    expectTypeOf<{ toUserId: 10; fromUserId: 11 }>().not.toExtend<CallRequest>();
    expectTypeOf<ReturnType<PushService["sendCall"]>>().toEqualTypeOf<Promise<PushReport>>();
  });

  test("of a service with its own keys follow from its schema", () => {
    const payload = callPayloadSchemaWith({ offer: z.string().optional(), tenant: z.string() });
    type Call = Parameters<ReturnType<typeof createPushService<typeof payload>>["sendCall"]>[0];
    typesOf(() => createPushService({ apns, devices, payload })).toEqualTypeOf<PushService<typeof payload>>();
    expectTypeOf<{ toUserId: 10; callId: "c"; fromUserId: 11; tenant: "t" }>().toExtend<Call>();
    expectTypeOf<{ toUserId: 10; callId: "c"; fromUserId: 11; tenant: "t"; offer: "v=0" }>().toExtend<Call>();
    expectTypeOf<{ toUserId: 10; callId: "c"; fromUserId: 11 }>().not.toExtend<Call>();
    expectTypeOf<{ toUserId: 10; callId: "c"; fromUserId: 11; tenant: "t"; offer: 5 }>().not.toExtend<Call>();
  });

  test("of a service with a preset are those of a plain one", () => {
    type Service = ReturnType<typeof createPushService<typeof presets.portable>>;
    expectTypeOf<Parameters<Service["sendCall"]>[0]>().toEqualTypeOf<CallRequest>();
  });

  test("of options take undefined", () => {
    typesOf(() =>
      createPushService({ apns, devices, ringTimeout: undefined, idempotency: undefined, removeDevices: undefined }),
    ).toEqualTypeOf<PushService>();
  });
});
