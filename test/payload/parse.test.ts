import { callPayloadSchema, parseCallPayload } from "apns-voip/payload";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const call = (changes: object = {}) => ({ callId: "11-10", fromUserId: 11, ...changes });

/** What a phone can report whatever came: six keys, of the right types, as the schema itself would make them. */
function expectComplete({ payload, recovered, issues }: ReturnType<typeof parseCallPayload>) {
  expect(callPayloadSchema.parse(payload)).toStrictEqual(payload);
  expect(recovered).toBe(issues.length > 0);
  for (const issue of issues) expect(issue.message.length).toBeLessThan(250);
}

describe("a payload that the server made", () => {
  test("comes out as it is, with nothing to report", () => {
    const payload = callPayloadSchema.parse(call({ fromDisplayName: "Ann", room: "r", hasVideo: true }));
    expect(parseCallPayload(payload)).toStrictEqual({ payload, recovered: false, issues: [] });
  });

  test("whatever the schema accepts, the phone reads as the schema does", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(
        fc.record(
          {
            callId: fc.oneof(text, fc.double()),
            fromUserId: fc.oneof(text, fc.maxSafeNat(), fc.maxSafeNat().map(String)),
            fromDisplayName: fc.option(text),
            room: fc.option(text),
            hasVideo: fc.constantFrom(true, false, "TRUE", "false", null),
          },
          { requiredKeys: ["callId", "fromUserId"] },
        ),
        input => {
          const result = callPayloadSchema.safeParse(input);
          if (result.success)
            expect(parseCallPayload(input)).toStrictEqual({ payload: result.data, recovered: false, issues: [] });
          else expect(parseCallPayload(input).recovered).toBe(true);
        },
      ),
    );
  });

  test("keys of a client, or of a later version, are no reason to complain", () => {
    expect(parseCallPayload(call({ aps: {}, uuid: "u", offer: "v=0" }))).toMatchObject({
      recovered: false,
      issues: [],
    });
  });
});

describe("the names of a later build", () => {
  test("callerId and callerName are read where ours are missing", () => {
    const { payload, recovered } = parseCallPayload({ callId: "c", callerId: "11", callerName: "Ann" });
    expect(payload).toMatchObject({ fromUserId: 11, fromDisplayName: "Ann" });
    expect(recovered).toBe(false);
  });

  test("ours are read first", () => {
    const { payload } = parseCallPayload(call({ fromDisplayName: "Ann", callerId: 12, callerName: "Bob" }));
    expect(payload).toMatchObject({ fromUserId: 11, fromDisplayName: "Ann" });
  });

  test("they stand in for null and blank without a word, and for nonsense with one", () => {
    expect(
      parseCallPayload(call({ fromUserId: null, callerId: 12, fromDisplayName: " ", callerName: "Bob" })),
    ).toMatchObject({
      payload: { fromUserId: 12, fromDisplayName: "Bob" },
      recovered: false,
    });
    expect(parseCallPayload(call({ fromUserId: -1, callerId: 12 }))).toMatchObject({
      payload: { fromUserId: 12, fromDisplayName: "User 12" },
      issues: [{ path: "fromUserId", message: expect.stringContaining("not -1") }],
    });
  });
});

describe("a payload with something missing or wrong", () => {
  test.each([undefined, null, "", Number.NaN, {}, ["c"]])("a call id is invented for %j", callId => {
    const { payload, recovered, issues } = parseCallPayload({ callId, fromUserId: 11 });
    expect(payload.callId).toMatch(UUID);
    expect(payload.room).toBe(`p2p:${payload.callId}`);
    expect({ recovered, issues }).toEqual({
      recovered: true,
      issues: [{ path: "callId", message: expect.stringMatching(/^callId (is missing|must be)/) }],
    });
  });

  test("each invented call id is another one", () => {
    expect(parseCallPayload({}).payload.callId).not.toBe(parseCallPayload({}).payload.callId);
  });

  test("an engine without crypto invents one all the same", () => {
    vi.stubGlobal("crypto", undefined);
    try {
      const ids = Array.from({ length: 100 }, () => parseCallPayload({}).payload.callId);
      for (const id of ids) expect(id).toMatch(UUID);
      expect(new Set(ids).size).toBe(100);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("a caller without a usable id is unknown, but keeps its name", () => {
    expect(parseCallPayload({ callId: "c" }).payload).toMatchObject({
      fromUserId: 0,
      fromDisplayName: "Unknown Caller",
    });
    expect(parseCallPayload({ callId: "c", callerName: "Ann" }).payload).toMatchObject({
      fromUserId: 0,
      fromDisplayName: "Ann",
    });
  });

  test("a payload of another type still is a call, because the phone must report one", () => {
    expect(parseCallPayload(call({ type: "call.cancel" }))).toMatchObject({
      payload: { type: "call.incoming", callId: "11-10" },
      issues: [{ path: "type" }],
    });
  });

  test.each([
    [2, true],
    [-1, true],
    [Number.NaN, false],
    ["yes", false],
    [{}, false],
  ])("hasVideo %j is read as %s, and said to be wrong", (hasVideo, read) => {
    expect(parseCallPayload(call({ hasVideo }))).toMatchObject({
      payload: { hasVideo: read },
      issues: [{ path: "hasVideo", message: expect.stringMatching(/^hasVideo must be/) }],
    });
  });

  test("a wrong key does not change what is read of the others", () => {
    const { payload, issues } = parseCallPayload(call({ fromDisplayName: 5, room: [], hasVideo: "TRUE" }));
    expect(payload).toStrictEqual(callPayloadSchema.parse(call({ hasVideo: true })));
    expect(issues.map(issue => issue.path)).toEqual(["fromDisplayName", "room"]);
  });
});

describe("JSON text instead of an object", () => {
  test("is read, and said to be text", () => {
    expect(parseCallPayload(JSON.stringify(call({ hasVideo: true })))).toMatchObject({
      payload: callPayloadSchema.parse(call({ hasVideo: true })),
      recovered: true,
      issues: [{ path: "", message: "a call must be an object, not JSON text of one" }],
    });
  });

  test.each([
    "",
    "{",
    "null",
    "5",
    '"{}"',
    "x".repeat(10_000_000),
    "[".repeat(50_000),
    `${JSON.stringify(call())}${" ".repeat(70_000)}`,
  ])("case %#: what is no object, or too long, becomes an unknown call", text => {
    const result = parseCallPayload(text);
    expectComplete(result);
    expect(result.payload.fromDisplayName).toBe("Unknown Caller");
  });
});

describe("hostile input", () => {
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const cyclic: Record<string, unknown> = { fromUserId: 11 };
  cyclic.callId = cyclic;
  const throwing = (keys: readonly string[]) =>
    new Proxy(call(), {
      get(target, key, receiver) {
        if (keys.includes(String(key))) throw new Error("no");
        return Reflect.get(target, key, receiver);
      },
    });

  const inputs: Record<string, unknown> = {
    "a revoked proxy": revoked(),
    "a revoked proxy as a value": call({ callId: revoked(), fromUserId: revoked(), hasVideo: revoked() }),
    "an object whose every trap throws": new Proxy(
      {},
      new Proxy(
        {},
        {
          get: () => () => {
            throw new Error("no");
          },
        },
      ),
    ),
    "a cyclic object": cyclic,
    "an object without a prototype": Object.assign(Object.create(null), call()),
    "values that throw when they become text": call({
      callId: {
        toString() {
          throw new Error("no");
        },
      },
      fromDisplayName: {
        [Symbol.toPrimitive]() {
          throw new Error("no");
        },
      },
    }),
    "an error thrown that is no error": {
      get callId() {
        throw undefined;
      },
    },
    bytes: new TextEncoder().encode('{"callId":"c"}'),
    "a function": () => {},
    "a symbol": Symbol("call"),
    "a bigint": 11n,
    "a map": new Map([["callId", "c"]]),
    "a promise": Promise.resolve(call()),
    "huge texts": call({ callId: "x".repeat(5_000_000), room: "\ud83d".repeat(1_000_000) }),
  };

  test.each(Object.entries(inputs))("%s gives a call to report", (_, input) => {
    expectComplete(parseCallPayload(input));
  });

  test("a key whose getter throws is that key's issue alone", () => {
    const { payload, issues } = parseCallPayload(throwing(["fromUserId"]));
    expect(payload).toMatchObject({ callId: "11-10", fromUserId: 0 });
    expect(issues).toContainEqual({ path: "fromUserId", message: "fromUserId could not be read" });
    expect(issues.map(issue => issue.path)).not.toContain("callId");
  });

  test("each key is asked for once, so that what was checked is what is used", () => {
    let asked = 0;
    const { payload } = parseCallPayload({
      fromUserId: 11,
      get callId() {
        return asked++ === 0 ? "first" : { not: "text" };
      },
    });
    expect(payload.callId).toBe("first");
  });

  test("anything at all gives a complete call, and never an exception", () => {
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    const keys = [
      "type",
      "callId",
      "fromUserId",
      "callerId",
      "fromDisplayName",
      "callerName",
      "room",
      "hasVideo",
    ] as const;
    const callOfAnything = fc.record(Object.fromEntries(keys.map(key => [key, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(value, callOfAnything, fc.json(), fc.string({ unit: "binary" })), input => {
        expectComplete(parseCallPayload(input));
      }),
      { numRuns: 500 },
    );
  });
});
