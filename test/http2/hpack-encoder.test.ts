import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "../../src/http2/hpack/decoder.js";
import { HpackEncoder } from "../../src/http2/hpack/encoder.js";
import type { Fields, Http2Request } from "../../src/http2/port.js";

const CALLS: Fields = [
  ["apns-topic", "com.example.app.voip"],
  ["apns-push-type", "voip"],
  ["apns-priority", "10"],
  ["apns-expiration", "0"],
];
const TOKEN = "9f739db8".repeat(8);

const push = (shared: Fields = CALLS, more: Partial<Http2Request> = {}): Http2Request => ({
  path: `/3/device/${TOKEN}`,
  authorization: "bearer aaa.bbb.ccc",
  shared,
  own: [["apns-id", "4d1a8f0e-8f0e-4d1a-8f0e-4d1a8f0e4d1a"]],
  body: "{}",
  ...more,
});

const sent = ({ path, authorization, shared, own, body }: Http2Request): Fields => [
  [":method", "POST"],
  [":scheme", "https"],
  [":authority", "api.push.apple.com"],
  [":path", path],
  ["authorization", authorization],
  ...shared,
  ...own,
  ["content-length", String(Buffer.byteLength(body))],
];

/** An encoder, and a decoder that hears all of it. */
function pair() {
  const encoder = new HpackEncoder("api.push.apple.com");
  const decoder = new HpackDecoder({ maxListSize: 1_000_000 });
  const send = (request: Http2Request): string => {
    const block = encoder.encode(request);
    expect(decoder.decode(Buffer.from(block, "latin1"))).toEqual(sent(request));
    return block;
  };
  return { encoder, send };
}

const topics = (count: number): Fields[] =>
  Array.from(
    { length: count },
    (_, n): Fields => [
      ["apns-topic", `com.example.app-${n}.voip`],
      ["apns-push-type", "voip"],
    ],
  );

describe("What requests have in common is sent once", () => {
  test("and as an octet for each field from then on", () => {
    const { send } = pair();
    const first = send(push());
    const second = send(push());
    expect(first).toContain("com.example.app.voip");
    expect(second).not.toContain("apns-topic");
    expect(second.length).toBe(
      first.length -
        CALLS.reduce((sum, [name, value]) => sum + name.length + value.length + 2, 0) -
        "api.push.apple.com".length -
        1,
    );
    expect(send(push())).toBe(second);
  });

  test("also where two arrays have a field in common", () => {
    const { send } = pair();
    send(push());
    const block = send(push([["apns-topic", "com.example.other.voip"], ...CALLS.slice(1)]));
    expect(block).toContain("com.example.other.voip");
    expect(block).not.toContain("apns-priority");
  });

  test("a hundred topics in turn stay right, though the table holds fewer", () => {
    const { send } = pair();
    const arrays = topics(100);
    for (let round = 0; round < 5; round++) for (const shared of arrays) send(push(shared));
  });

  test("thousands of arrays that never come back stay right, too", () => {
    const { send } = pair();
    for (const shared of topics(3000)) send(push(shared));
    expect(send(push())).toContain("apns-topic");
    send(push());
    expect(send(push())).not.toContain("apns-topic");
  });

  test("a field that the whole table could not hold is sent as it is, and drives nothing out", () => {
    const { send } = pair();
    const large: Fields = [["x-large", "v".repeat(5000)]];
    send(push());
    send(push(large));
    send(push(large));
    send(push());
    expect(send(push())).not.toContain("apns-topic");
  });
});

describe("What a request has for itself goes into no table", () => {
  test("the path with the device token and the provider token are never indexed (RFC 7541 §6.2.3)", () => {
    const { send } = pair();
    for (let n = 0; n < 3; n++) {
      const block = send(push());
      // 0001, then the static index of the name: 4 is `:path`, 23 `authorization`.
      expect(block).toContain(`\x14\x4a/3/device/${TOKEN}`);
      expect(block).toContain("\x1f\x08\x12bearer aaa.bbb.ccc");
    }
  });

  test("a new provider token takes the place of the old one", () => {
    const { send } = pair();
    send(push());
    expect(send(push(CALLS, { authorization: "bearer new" }))).not.toContain("aaa.bbb.ccc");
  });

  test("fields of one request are not indexed (§6.2.2), with a name of the static table or without", () => {
    const { send } = pair();
    const own: Fields = [
      ["apns-collapse-id", "missed"],
      ["user-agent", "me"],
    ];
    const block = send(push(CALLS, { own }));
    expect(block).toContain("\x00\x10apns-collapse-id\x06missed");
    expect(block).toContain("\x0f\x2b\x02me");
    expect(send(push(CALLS, { own }))).toContain("apns-collapse-id");
  });

  test("the body's length is sent in octets, because some servers ask for it", () => {
    const { send } = pair();
    expect(send(push(CALLS, { body: '{"name":"Zoë"}' })).endsWith("\x0f\x0d\x0215")).toBe(true);
    send(push(CALLS, { body: "" }));
    send(push(CALLS, { body: "é".repeat(50_000) }));
  });

  test("texts of any length are sent whole", () => {
    const { send } = pair();
    for (const length of [0, 1, 126, 127, 128, 254, 255, 256, 16_510, 16_511, 100_000])
      send(push(CALLS, { path: "p".repeat(length), own: [["x-long", "v".repeat(length)]] }));
  });
});

describe("A SETTINGS_HEADER_TABLE_SIZE of the other side's", () => {
  test("of 0 means that nothing is indexed any more, and the next block begins by saying so", () => {
    const { encoder, send } = pair();
    send(push());
    encoder.limitTable(0);
    expect(send(push())).toMatch(/^\x20\x83/);
    const later = send(push());
    expect(later).toMatch(/^\x83/);
    expect(later).toContain("com.example.app.voip");
  });

  test("of 0 that is taken back before the next block is said as well, so that both tables are empty", () => {
    const { encoder, send } = pair();
    send(push());
    encoder.limitTable(0);
    encoder.limitTable(4096);
    const block = send(push());
    expect(block.startsWith("\x20\x3f\xe1\x1f")).toBe(true);
    expect(block).toContain("apns-topic");
    expect(send(push())).not.toContain("apns-topic");
  });

  test("that is smaller makes the oldest entries go on both sides", () => {
    const { encoder, send } = pair();
    send(push());
    encoder.limitTable(100);
    for (let n = 0; n < 4; n++) send(push());
  });

  test("of more than 4096 is not made use of, and needs no word", () => {
    const { encoder, send } = pair();
    encoder.limitTable(65_536);
    expect(send(push())).toMatch(/^\x83/);
  });

  test("of any value, with any arrays in any order, leaves both tables alike", () => {
    const arrays = topics(12);
    const step = fc.oneof(fc.record({ use: fc.nat(11) }), fc.record({ limit: fc.nat(1000) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), steps => {
        const { encoder, send } = pair();
        for (const one of steps) {
          if ("limit" in one) encoder.limitTable(one.limit);
          else send(push(arrays[one.use]));
        }
      }),
      { numRuns: 200 },
    );
  });
});
