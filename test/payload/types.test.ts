import {
  type CallPayload,
  type CallPayloadInput,
  type CallPayloadSchema,
  callPayloadSchema,
  callPayloadSchemaWith,
  presets,
} from "apns-voip/payload";
import { describe, expectTypeOf, test } from "vitest";
import * as z from "zod/v4";

/** As the push service is generic over its schema. */
declare function pushServiceFor<Schema extends CallPayloadSchema>(
  payload: Schema,
): { sendCall(call: { toUserId: string | number } & z.input<Schema>): z.output<Schema> };

describe("the types", () => {
  test("of the plain schema are the documented six keys", () => {
    expectTypeOf<z.output<typeof callPayloadSchema>>().toEqualTypeOf<CallPayload>();
    expectTypeOf<z.input<typeof callPayloadSchema>>().toEqualTypeOf<CallPayloadInput>();
  });

  test("of a schema with no own keys are the same", () => {
    const schema = callPayloadSchemaWith({});
    expectTypeOf<z.output<typeof schema>>().toEqualTypeOf<CallPayload>();
    expectTypeOf<z.input<typeof schema>>().toEqualTypeOf<CallPayloadInput>();
  });

  test("of an optional own key: it may be absent on both sides", () => {
    const schema = callPayloadSchemaWith({ offer: z.string().optional() });
    expectTypeOf<{ callId: "c"; fromUserId: 1 }>().toExtend<z.input<typeof schema>>();
    expectTypeOf<{ callId: "c"; fromUserId: 1; offer: "v=0" }>().toExtend<z.input<typeof schema>>();
    expectTypeOf<{ callId: "c"; fromUserId: 1; offer: 5 }>().not.toExtend<z.input<typeof schema>>();
    expectTypeOf<z.output<typeof schema>>().toExtend<CallPayload>();
    expectTypeOf<z.output<typeof schema>["offer"]>().toEqualTypeOf<string | undefined>();
  });

  test("of a required own key: it must be there", () => {
    const schema = callPayloadSchemaWith({ tenant: z.string(), tries: z.number().default(1) });
    expectTypeOf<{ callId: "c"; fromUserId: 1 }>().not.toExtend<z.input<typeof schema>>();
    expectTypeOf<{ callId: "c"; fromUserId: 1; tenant: "t" }>().toExtend<z.input<typeof schema>>();
    expectTypeOf<z.output<typeof schema>["tenant"]>().toEqualTypeOf<string>();
    expectTypeOf<z.output<typeof schema>["tries"]>().toEqualTypeOf<number>();
    expectTypeOf<z.output<typeof schema>["callId"]>().toEqualTypeOf<string>();
  });

  test("of the input take undefined and null, but no flag that is not one", () => {
    expectTypeOf<{
      callId: 5;
      fromUserId: "x";
      type: undefined;
      room: null;
      hasVideo: "true";
    }>().toExtend<CallPayloadInput>();
    expectTypeOf<{ callId: "c"; fromUserId: 1; hasVideo: "yes" }>().not.toExtend<CallPayloadInput>();
    expectTypeOf<{ callId: "c"; fromUserId: 1; type: "call.cancel" }>().not.toExtend<CallPayloadInput>();
    expectTypeOf<{ fromUserId: 1 }>().not.toExtend<CallPayloadInput>();
  });

  test("of a push service follow from the schema it is given", () => {
    const own = callPayloadSchemaWith({ offer: z.string() });
    type Push = typeof pushServiceFor;
    expectTypeOf<Push>().toBeCallableWith(callPayloadSchema);
    expectTypeOf<Push>().toBeCallableWith(own);
    expectTypeOf<Push>().toBeCallableWith(presets.portable);
    expectTypeOf<Push>().toBeCallableWith(callPayloadSchema.transform(call => ({ ...call, uuid: "u" })));
    expectTypeOf<typeof own>().toExtend<CallPayloadSchema>();
    expectTypeOf(z.object({ callId: z.string() })).not.toExtend<CallPayloadSchema>();
    expectTypeOf<z.output<typeof presets.flutter>["isVideo"]>().toEqualTypeOf<boolean>();
    expectTypeOf<z.output<typeof presets.reactNative>["uuid"]>().toEqualTypeOf<string>();
    expectTypeOf<z.input<typeof presets.portable>>().toEqualTypeOf<CallPayloadInput>();
  });
});
