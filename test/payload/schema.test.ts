import { readFileSync } from "node:fs";
import {
  type CallPayloadSchema,
  type CallPayloadShape,
  callPayloadSchema,
  callPayloadSchemaWith,
} from "apns-voip/payload";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/v4";
import { z as zod3 } from "zod3";

interface Vector {
  readonly name: string;
  readonly input: Record<string, unknown>;
  readonly output?: Record<string, unknown>;
}

const vectors = JSON.parse(readFileSync(new URL("./payloads.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Vector[];
};

/** A call in which everything is right, with changes. */
const call = (changes: object = {}) => ({ callId: "c", fromUserId: 11, ...changes });

const parsed = (changes: object) => callPayloadSchema.parse(call(changes));

/** The messages of the issues, by field. */
function refusal(input: unknown, schema: CallPayloadSchema = callPayloadSchema): Record<string, string> {
  const result = schema.safeParse(input);
  if (result.success) throw new Error(`accepted: ${JSON.stringify(result.data)}`);
  return Object.fromEntries(result.error.issues.map(issue => [issue.path.join("."), issue.message]));
}

describe("the shared cases", () => {
  test.each(vectors.cases)("$name", ({ input, output }) => {
    const result = callPayloadSchema.safeParse(input);
    expect(result.success).toBe(output !== undefined);
    if (output) expect(result.data).toStrictEqual(output);
  });
});

describe("callId", () => {
  test.each([
    ["11-10", "11-10"],
    [" ", " "],
    ["💥", "💥"],
    ["__proto__", "__proto__"],
    [7, "7"],
    [0, "0"],
    [-0, "0"],
    [-1, "-1"],
    [1.5, "1.5"],
    [2 ** 53, "9007199254740992"],
  ])("%j becomes the text %j", (given, text) => {
    expect(parsed({ callId: given }).callId).toBe(text);
  });

  test("a bigint becomes its decimal text", () => {
    expect(parsed({ callId: 2n ** 70n }).callId).toBe(String(2n ** 70n));
  });

  test.each([
    ["", '""'],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
    [true, "true"],
    [["c"], "an array"],
    [{ id: "c" }, "an object"],
    [Symbol("c"), "a symbol"],
    [() => "c", "a function"],
    [new String("c"), "an object"],
  ])("case %#: refuses %s and names it", (given, name) => {
    expect(refusal(call({ callId: given }))).toEqual({
      callId: `callId must be text that is not empty, or a finite number, not ${name}`,
    });
  });

  test.each([undefined, null])("%s is missing, not wrong", given => {
    expect(refusal(call({ callId: given })).callId).toMatch(/^callId is missing: it must be text/);
  });
});

describe("fromUserId", () => {
  test.each([
    [0, 0],
    [-0, 0],
    [11, 11],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["0", 0],
    ["11", 11],
    ["9007199254740991", 9007199254740991],
  ])("%j becomes the number %j", (given, number) => {
    expect(parsed({ fromUserId: given }).fromUserId).toBe(number);
  });

  test.each([
    "9007199254740992",
    "9007199254740993",
    "18446744073709551615",
    "007",
    "00",
    "-0",
    "-1",
    "+1",
    "1e3",
    "1.0",
    "0x10",
    "0b1",
    "1_000",
    " 11 ",
    " ",
    "11\n",
    "１１",
    "Infinity",
    "NaN",
    "u_9f",
    "constructor",
  ])("%j stays text", given => {
    expect(parsed({ fromUserId: given }).fromUserId).toBe(given);
  });

  test.each([-1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, -1n, "", true, [11], {}, Symbol("11")])(
    "case %#: %s is refused",
    given => {
      expect(refusal(call({ fromUserId: given })).fromUserId).toMatch(
        /^fromUserId must be text that is not empty, or an integer from 0 to 9007199254740991, not ./,
      );
    },
  );

  test("a bigint is read as its decimal text is", () => {
    expect(parsed({ fromUserId: 11n }).fromUserId).toBe(11);
    expect(parsed({ fromUserId: 2n ** 53n }).fromUserId).toBe("9007199254740992");
  });

  test.each([undefined, null])("%s is missing", given => {
    expect(refusal(call({ fromUserId: given })).fromUserId).toMatch(/^fromUserId is missing/);
  });
});

describe("fromDisplayName", () => {
  test.each([undefined, null, "", " ", "\t\n", "\u3000", "\ufeff"])("%j gives the user's id as the name", given => {
    expect(parsed({ fromDisplayName: given }).fromDisplayName).toBe("User 11");
  });

  test("a name made from the id uses the id that the phone gets", () => {
    expect(parsed({ fromUserId: "11" }).fromDisplayName).toBe("User 11");
    expect(parsed({ fromUserId: "007" }).fromDisplayName).toBe("User 007");
  });

  test.each([
    'Anna "Ann" O\'Neil \\ </script>',
    "山田 太郎",
    "مرحبا \u202Eevil\u202C",
    "👩‍👩‍👧‍👦 family",
    "line\r\nbreak \u0000\u0007\u001b[31m\u2028\u2029\u007f",
    " Ann ",
  ])("%j goes to the phone unchanged, as valid JSON", given => {
    const payload = parsed({ fromDisplayName: given });
    expect(payload.fromDisplayName).toBe(given);
    expect(JSON.parse(JSON.stringify(payload))).toStrictEqual(payload);
  });

  test("half an emoji, as a cut in the wrong place leaves it, cannot spoil the JSON", () => {
    const cut = "👍👍".slice(0, 3);
    expect(parsed({ fromDisplayName: cut }).fromDisplayName).toBe("👍\uFFFD");
    expect(JSON.stringify(parsed({ callId: cut, fromUserId: cut, fromDisplayName: cut, room: cut }))).not.toMatch(
      /\\ud[89a-f]/i,
    );
  });

  test.each([5, true, {}, ["Ann"]])("%j is refused", given => {
    expect(refusal(call({ fromDisplayName: given })).fromDisplayName).toMatch(
      /^fromDisplayName must be text or absent/,
    );
  });
});

describe("room", () => {
  test.each([undefined, null])("%s becomes p2p: and the call id", given => {
    expect(parsed({ callId: 5, room: given }).room).toBe("p2p:5");
  });

  test.each(["", " ", "p2p:other", "部屋"])("%j stays", given => {
    expect(parsed({ room: given }).room).toBe(given);
  });

  test("a number is refused", () => {
    expect(refusal(call({ room: 5 }))).toEqual({ room: "room must be text or absent, not 5" });
  });
});

describe("hasVideo", () => {
  test.each([
    [true, true],
    [false, false],
    ["true", true],
    ["TRUE", true],
    ["tRuE", true],
    ["false", false],
    ["False", false],
    [1, true],
    [0, false],
    ["1", true],
    ["0", false],
    [undefined, false],
    [null, false],
  ])("%j becomes %s", (given, flag) => {
    expect(parsed({ hasVideo: given }).hasVideo).toBe(flag);
  });

  test.each(["yes", "", " true", "true\n", "2", "null", 2, -1, 0n, {}, [], [true], new Boolean(true), Symbol("true")])(
    "case %#: %s is refused",
    given => {
      expect(refusal(call({ hasVideo: given })).hasVideo).toMatch(/^hasVideo must be true, false, .* or absent, not ./);
    },
  );
});

describe("type", () => {
  test.each(["call.cancel", "call.end", "", "CALL.INCOMING", " call.incoming", 1, true, {}])("%j is refused", given => {
    expect(refusal(call({ type: given })).type).toMatch(/^type must be "call.incoming" or absent, not ./);
  });

  test("the refusal says why, and how a ring is stopped", () => {
    const { type } = refusal(call({ type: "call.cancel" }));
    expect(type).toContain('not "call.cancel"');
    expect(type).toMatch(/iOS kills, then blocks, an app that gets a VoIP push and reports no call/);
    expect(type).toMatch(/To stop a ring, tell the app over its socket/);
  });
});

describe("the call as a whole", () => {
  test.each([undefined, null, 5, "text", true, 11n, Symbol("call"), () => ({})])("case %#: %s is no call", given => {
    expect(refusal(given)[""]).toMatch(/^a call must be an object, not ./);
  });

  test("everything that is wrong is told at once", () => {
    expect(
      Object.keys(refusal({ type: "x", fromUserId: -1, fromDisplayName: 1, room: 1, hasVideo: "x" })).sort(),
    ).toEqual(["callId", "fromDisplayName", "fromUserId", "hasVideo", "room", "type"]);
  });

  test("a long text is cut in the message, and a line end in it stays one line", () => {
    const { hasVideo } = refusal(call({ hasVideo: `\n${"x".repeat(1_000_000)}` }));
    expect(hasVideo!.length).toBeLessThan(200);
    expect(hasVideo).not.toContain("\n");
  });

  test("keys that only a prototype attack would send are dropped and change nothing", () => {
    const given: unknown = JSON.parse(
      '{"callId":"c","fromUserId":11,"__proto__":{"hasVideo":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(callPayloadSchema.parse(given)).toStrictEqual(callPayloadSchema.parse(call()));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("a row of an ORM, whose columns are getters of its class, is read like a plain object", () => {
    class Row {
      get callId() {
        return "c";
      }
      get fromUserId() {
        return 11;
      }
    }
    expect(callPayloadSchema.parse(new Row())).toStrictEqual(callPayloadSchema.parse(call()));
  });

  test("a schema gives its own result back unchanged", () => {
    fc.assert(
      fc.property(anyCall, input => {
        const result = callPayloadSchema.safeParse(input);
        if (!result.success) return;
        expect(callPayloadSchema.parse(result.data)).toStrictEqual(result.data);
        expect(callPayloadSchema.parse(JSON.parse(JSON.stringify(result.data)))).toStrictEqual(result.data);
      }),
    );
  });

  test("what comes out always has the six keys, of the promised types", () => {
    fc.assert(
      fc.property(anyCall, input => {
        const result = callPayloadSchema.safeParse(input);
        if (!result.success) return;
        const payload = result.data;
        expect(Object.keys(payload)).toEqual(["type", "callId", "fromUserId", "fromDisplayName", "room", "hasVideo"]);
        expect(payload.callId).not.toBe("");
        expect(payload.fromDisplayName.trim()).not.toBe("");
        expect(["string", "number"]).toContain(typeof payload.fromUserId);
        expect(typeof payload.hasVideo).toBe("boolean");
      }),
    );
  });
});

describe("an app's own keys", () => {
  const schema = callPayloadSchemaWith({ offer: z.string().optional(), priority: z.number() });

  test("go to the phone after the six, and unknown keys are still dropped", () => {
    expect(Object.entries(schema.parse(call({ offer: "v=0", priority: 1, secret: "x" })))).toEqual([
      ...Object.entries(callPayloadSchema.parse(call())),
      ["offer", "v=0"],
      ["priority", 1],
    ]);
  });

  test("may be absent where their schema says so", () => {
    expect(schema.parse(call({ priority: 1 }))).toStrictEqual({ ...callPayloadSchema.parse(call()), priority: 1 });
    expect(refusal(call(), schema)).toHaveProperty("priority");
  });

  test("keep their own transforms and defaults", () => {
    const own = callPayloadSchemaWith({
      ttl: z.number().default(30),
      tags: z.string().transform(text => text.split(",")),
    });
    expect(own.parse(call({ tags: "a,b" }))).toMatchObject({ ttl: 30, tags: ["a", "b"] });
  });

  test("none at all is the plain schema", () => {
    expect(callPayloadSchemaWith({}).parse(call())).toStrictEqual(callPayloadSchema.parse(call()));
  });

  test("cannot take the place of one of the six", () => {
    const shape = { callId: z.uuid(), type: z.string(), offer: z.string() };
    // @ts-expect-error: the types refuse it too
    expect(() => callPayloadSchemaWith(shape)).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTIONS",
        message: "callPayloadSchemaWith takes keys besides the six that every call has, but was given callId, type",
      }),
    );
  });

  test.each<[unknown, RegExp]>([
    [undefined, /takes an object of zod schemas, not undefined/],
    [{ offer: "string" }, /takes schemas of zod 4 .*, which is not so for offer$/],
    [
      { offer: z.string(), old: zod3.string(), none: null },
      /takes schemas of zod 4 \("zod\/v4" where zod is 3.25\), which is not so for old, none$/,
    ],
  ])("case %#: must be schemas, of the zod that reads them", (shape, text) => {
    expect(() => callPayloadSchemaWith(shape as CallPayloadShape)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(text) }),
    );
  });

  test("the schema can be extended, as presets do", () => {
    const built = schema.transform(payload => ({ ...payload, uuid: "u" }));
    expect(built.parse(call({ priority: 2 }))).toMatchObject({ callId: "c", priority: 2, uuid: "u" });
  });
});

/** Calls of all sorts, more often nearly right than not. */
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", " ", "11", "007", "\ud83d"));
const anyCall = fc.record(
  {
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("call.incoming", null, undefined) },
      { weight: 1, arbitrary: text },
    ),
    callId: fc.oneof(text, fc.double(), fc.integer()),
    fromUserId: fc.oneof(text, fc.double(), fc.maxSafeNat(), fc.maxSafeNat().map(String)),
    fromDisplayName: fc.oneof(text, fc.constantFrom(null, undefined)),
    room: fc.oneof(text, fc.constantFrom(null, undefined)),
    hasVideo: fc.constantFrom(true, false, "true", "FALSE", null, undefined, "x"),
  },
  { requiredKeys: [] },
);
