import { callPayloadSchema, parseCallPayload, presets } from "apns-voip/payload";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const LOWER_CASE_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const input = { callId: "11-10", fromUserId: "11", fromDisplayName: "Ann", hasVideo: "true" } as const;
const six = callPayloadSchema.parse(input);
const names = Object.keys(presets) as (keyof typeof presets)[];

/** The UUID of a payload, under whatever name its client reads it. */
function uuidOf(payload: object): unknown {
  const { uuid, id } = payload as { uuid?: unknown; id?: unknown };
  return uuid ?? id;
}

describe("what each client reads", () => {
  test("React Native: uuid, callerName and handle", () => {
    expect(presets.reactNative.parse(input)).toStrictEqual({
      ...six,
      uuid: expect.stringMatching(LOWER_CASE_UUID),
      callerName: "Ann",
      handle: "11",
    });
  });

  test("Flutter: id, nameCaller, handle and isVideo as a boolean", () => {
    expect(presets.flutter.parse(input)).toStrictEqual({
      ...six,
      id: expect.stringMatching(LOWER_CASE_UUID),
      nameCaller: "Ann",
      handle: "11",
      isVideo: true,
    });
  });

  test("portable: all of them and Apple's sample, the UUID the same under each name", () => {
    const payload = presets.portable.parse(input);
    expect(payload).toStrictEqual({
      ...six,
      uuid: expect.stringMatching(LOWER_CASE_UUID),
      id: payload.uuid,
      callUUID: payload.uuid,
      callerName: "Ann",
      nameCaller: "Ann",
      handle: "11",
      isVideo: true,
      aps: {},
    });
  });

  test("portable stays far below the limit of a VoIP push", () => {
    expect(new TextEncoder().encode(JSON.stringify(presets.portable.parse(input))).length).toBeLessThan(450);
  });
});

describe.each(names)("presets.%s", name => {
  const preset = presets[name];

  test("draws another UUID for each call, also with the same call id", () => {
    expect(uuidOf(preset.parse(input))).not.toBe(uuidOf(preset.parse(input)));
  });

  test.each([
    "8F14E45F-CEEA-467F-A34D-1C5B4D3A2B11",
    "01890a5d-ac96-774b-bcce-b302099a8057", // version 7
    "00000000-0000-0000-0000-000000000001",
  ])("a call id that is a UUID (%s) names the call for CallKit too, in lower case", callId => {
    const payload = preset.parse({ ...input, callId });
    expect(uuidOf(payload)).toBe(callId.toLowerCase());
    expect(payload.callId).toBe(callId);
  });

  test.each([
    "8f14e45fceea467fa34d1c5b4d3a2b11",
    "{8f14e45f-ceea-467f-a34d-1c5b4d3a2b11}",
    "call-8f14e45f-ceea-467f-a34d-1c5b4d3a2b11",
    "8f14e45f-ceea-467f-a34d-1c5b4d3a2b1g",
  ])("a call id that only looks like one (%s) does not", callId => {
    const uuid = uuidOf(preset.parse({ ...input, callId }));
    expect(uuid).toMatch(LOWER_CASE_UUID);
    expect(callId).not.toContain(uuid);
  });

  test("the phone's parser reads the same call from it", () => {
    expect(parseCallPayload(preset.parse(input))).toStrictEqual({ payload: six, recovered: false, issues: [] });
  });

  test("refuses what the plain schema refuses", () => {
    expect(preset.safeParse({ ...input, type: "call.cancel" }).success).toBe(false);
    expect(preset.safeParse({ fromUserId: 11 }).success).toBe(false);
  });

  test("no phone is killed: UUID, handle and names are there for every call the schema accepts", () => {
    fc.assert(
      fc.property(
        fc.record({
          callId: fc.oneof(fc.string(), fc.integer(), fc.uuid()),
          fromUserId: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(" ", "\t", 0, "0"), fc.maxSafeNat()),
          fromDisplayName: fc.option(fc.string({ unit: "binary" })),
        }),
        call => {
          const result = preset.safeParse(call);
          expect(result.success).toBe(callPayloadSchema.safeParse(call).success);
          if (!result.success) return;
          const payload = JSON.parse(JSON.stringify(result.data)) as Record<string, string>;
          expect(uuidOf(payload)).toMatch(LOWER_CASE_UUID);
          for (const key of ["handle", "callerName", "nameCaller"])
            if (key in result.data) expect(payload[key]!.trim(), key).not.toBe("");
        },
      ),
    );
  });
});
