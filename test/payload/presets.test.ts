import { createHash } from "node:crypto";
import { callPayloadSchema, parseCallPayload, presets } from "apns-voip/payload";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/v4";

const LOWER_CASE_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const input = { callId: "11-10", fromUserId: "11", fromDisplayName: "Ann", hasVideo: "true" } as const;
const six = callPayloadSchema.parse(input);
const names = ["portable", "reactNative", "flutter"] as const;

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

  test("UUID, handle and names are there for every call the schema accepts, so that iOS kills no app", () => {
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

describe("plus", () => {
  const flutter = presets.flutter.plus({ avatar: z.string().optional(), extra: z.looseObject({}).optional() });

  test("adds an app's own keys to a preset, which are dropped without it", () => {
    const own = { avatar: "https://a.example/1.png", extra: { room: 7 } };
    expect(presets.flutter.parse({ ...input, ...own })).not.toHaveProperty("avatar");
    expect(flutter.parse({ ...input, ...own })).toMatchObject({ ...six, ...own, nameCaller: "Ann", isVideo: true });
  });

  test("can be called again on its result", () => {
    expect(flutter.plus({ tenant: z.string() }).parse({ ...input, avatar: "a", tenant: "t" })).toMatchObject({
      avatar: "a",
      tenant: "t",
      handle: "11",
    });
    expect(() => flutter.plus({ tenant: z.string() }).parse(input)).toThrow(/tenant/);
  });

  test("leaves zod's own with() as it is", () => {
    expect(presets.flutter.plus({}).parse(input)).toMatchObject(six);
  });

  test.each(["nameCaller", "id", "callId"])("refuses %s, which is filled already", key => {
    expect(() => presets.flutter.plus({ [key]: z.string() } as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(key) }),
    );
  });
});

describe("uuidFromCallId", () => {
  const preset = presets.portable.uuidFromCallId();

  test("makes the same UUID of the same call id, on every server and at any time", () => {
    const { uuid } = preset.parse({ ...input, callId: "call-4711" });
    // Version 5 of RFC 9562 in our namespace, as anybody can make it.
    const bytes = Buffer.concat([Buffer.from("5b1f6d3a9c0e4f7d8a522e6c41d7b0f3", "hex"), Buffer.from("call-4711")]);
    const hash = createHash("sha1").update(bytes).digest();
    hash[6] = (hash[6]! & 0x0f) | 0x50;
    hash[8] = (hash[8]! & 0x3f) | 0x80;
    const hex = hash.toString("hex", 0, 16);
    expect(uuid).toBe(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"));
    expect(preset.parse({ ...input, callId: "call-4711" }).uuid).toBe(uuid);
    expect(preset.parse({ ...input, callId: "call-4712" }).uuid).not.toBe(uuid);
  });

  test("hashes call ids of every length and alphabet as SHA-1 does", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }), callId => {
        const bytes = Buffer.concat([Buffer.from("5b1f6d3a9c0e4f7d8a522e6c41d7b0f3", "hex"), Buffer.from(callId)]);
        const start = createHash("sha1").update(bytes).digest("hex").slice(0, 8);
        expect(preset.parse({ ...input, callId }).uuid.slice(0, 8)).toBe(start);
      }),
    );
  });

  test("takes a call id that is a UUID as it is, and keeps own keys", () => {
    const callId = "8F14E45F-CEEA-467F-A34D-1C5B4D3A2B11";
    const own = presets.reactNative.plus({ tenant: z.string() }).uuidFromCallId();
    expect(own.parse({ ...input, callId, tenant: "t" })).toMatchObject({ uuid: callId.toLowerCase(), tenant: "t" });
    expect(own.parse({ ...input, tenant: "t" }).uuid).toBe(own.parse({ ...input, tenant: "t" }).uuid);
  });
});

describe("timed", () => {
  test("says when the call was sent and until when it rings, in epoch milliseconds", () => {
    const before = Date.now();
    const { sentAt, expiresAt, ...rest } = presets.timed.parse(input);
    expect(rest).toEqual(six);
    expect(sentAt).toBeGreaterThanOrEqual(before);
    expect(sentAt).toBeLessThanOrEqual(Date.now());
    expect(expiresAt - sentAt).toBe(30_000);
  });

  test("takes another time to ring", () => {
    const { sentAt, expiresAt } = presets.timed.ringsFor(45_000).parse(input);
    expect(expiresAt - sentAt).toBe(45_000);
    expect(() => presets.timed.ringsFor(0)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });
});
