import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { integerText, stringText } from "../../src/http2/hpack/block-text.js";
import { HpackDecoder } from "../../src/http2/hpack/decoder.js";
import { HpackError } from "../../src/http2/hpack/hpack-error.js";

const decoder = (maxListSize = 16_384) => new HpackDecoder({ maxListSize });
const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const text = (latin1: string) => Buffer.from(latin1, "latin1");
/** A literal with a new name; 0x40 adds it to the table. */
const literal = (pattern: number, name: string, value: string) =>
  String.fromCharCode(pattern) + stringText(name) + stringText(value);

describe("A field block that breaks RFC 7541 is refused", () => {
  const broken: readonly (readonly [why: string, hex: string])[] = [
    ["index 0", "80"],
    ["an index that no table has", "be"],
    ["a far index", "ff 80 80 01"],
    ["the name of an entry that no table has", "7f 00 01 61"],
    ["an integer cut short", "ff 80"],
    ["an integer of six octets more than its prefix", "ff 80 80 80 80 80 00"],
    ["an integer above 2^31", "ff ff ff ff ff 7f"],
    ["a text that is longer than the block", "00 01 61 05 62"],
    ["a text of 2^31 octets", "00 01 61 7f 80 ff ff ff 07 62"],
    ["a literal without a value", "00 01 61"],
    ["a literal without a name", "00"],
    ["an index of the static table alone in a literal, without a value", "48"],
    ["a table above what we allow", "3f e2 1f"],
    ["a table size update behind a field", "88 20"],
    ["three table size updates", "20 20 20 88"],
    ["EOS in a Huffman text", "00 01 61 84 ff ff ff ff"],
    ["a Huffman text padded with zeros", "00 01 61 81 18"],
    ["a Huffman text padded with 8 bits", "00 01 61 82 1f ff"],
    ["a Huffman text that is all padding of 8 bits", "00 01 61 81 ff"],
    ["a Huffman text that ends within a long code", "00 01 61 82 ff fe"],
  ];

  test.each(broken)("%s", (_, hex) => expect(() => decoder().decode(bytes(hex))).toThrow(HpackError));
});

describe("What RFC 7541 allows is taken", () => {
  test("a block without fields", () => expect(decoder().decode(bytes(""))).toEqual([]));

  test("an answer of one status, which costs no new list", () => {
    const one = decoder();
    expect(one.decode(bytes("88"))).toEqual([[":status", "200"]]);
    expect(one.decode(bytes("88"))).toBe(one.decode(bytes("88")));
  });

  test("the block in the middle of other octets", () =>
    expect(decoder().decode(bytes("ff 88 8c ff"), 1, 3)).toEqual([
      [":status", "200"],
      [":status", "400"],
    ]));

  test("integers with leading zeros", () =>
    expect(decoder().decode(bytes(`00 01 61 7f 82 80 80 00${"62".repeat(129)}`))).toEqual([["a", "b".repeat(129)]]));

  test("an empty Huffman text, and padding of none, three and seven bits", () => {
    const huffman = (hex: string) => bytes(`00 01 61 ${hex}`);
    const one = decoder();
    expect(one.decode(huffman("80"))).toEqual([["a", ""]]);
    expect(one.decode(huffman("81 f8"))).toEqual([["a", "&"]]);
    expect(one.decode(huffman("81 1f"))).toEqual([["a", "a"]]);
    expect(one.decode(huffman("83 18 ee 7f"))).toEqual([["a", "aa:"]]);
  });

  test("a smaller table, then a larger one, at the start of a block", () =>
    expect(decoder().decode(bytes("20 3f e1 1f 88"))).toEqual([[":status", "200"]]));

  test("an entry larger than the whole table: it empties the table, and is read", () => {
    const one = decoder();
    one.decode(text(literal(0x40, "kept", "yes")));
    const large = "v".repeat(5000);
    expect(one.decode(text(literal(0x40, "large", large)))).toEqual([["large", large]]);
    expect(() => one.decode(bytes("be"))).toThrow(HpackError);
  });

  test("a name out of an entry that its own value evicts (RFC 7541 §4.4)", () => {
    const one = decoder();
    one.decode(text(literal(0x40, "name", "v".repeat(3000))));
    const value = "w".repeat(3000);
    expect(one.decode(text(`\x7e${stringText(value)}`))).toEqual([["name", value]]);
    expect(one.decode(bytes("be"))).toEqual([["name", value]]);
    expect(() => one.decode(bytes("bf"))).toThrow(HpackError);
  });

  test("thousands of entries, of which the table keeps the newest", () => {
    const one = decoder();
    for (let n = 0; n < 5000; n++) one.decode(text(literal(0x40, "n", String(n).padStart(5, "0"))));
    // 38 octets each: 107 of them fit in 4096.
    expect(one.decode(text(integerText(0x80, 7, 62)))).toEqual([["n", "04999"]]);
    expect(one.decode(text(integerText(0x80, 7, 62 + 106)))).toEqual([["n", "04893"]]);
    expect(() => one.decode(text(integerText(0x80, 7, 62 + 107)))).toThrow(HpackError);
  });
});

describe("A list that is too large fails alone", () => {
  test("and its block changes the table all the same", () => {
    const one = decoder(100);
    expect(
      one.decode(text(literal(0x40, "first", "1") + literal(0x40, "second", "2") + literal(0x40, "third", "3"))),
    ).toBe("too-large");
    expect(one.decode(bytes("be"))).toEqual([["third", "3"]]);
    expect(one.decode(bytes("c0"))).toEqual([["first", "1"]]);
  });

  test("counted as SETTINGS_MAX_HEADER_LIST_SIZE counts: 32 for each field", () => {
    expect(decoder(42).decode(bytes("88"))).toEqual([[":status", "200"]]);
    expect(decoder(41).decode(bytes("88"))).toBe("too-large");
    expect(decoder(84).decode(bytes("88 88"))).toHaveLength(2);
    expect(decoder(83).decode(bytes("88 88"))).toBe("too-large");
  });

  test("also when a few octets name a large entry many times", () => {
    const one = decoder();
    one.decode(text(literal(0x40, "large", "v".repeat(4000))));
    expect(one.decode(Buffer.alloc(10_000, 0xbe))).toBe("too-large");
  });
});

describe("After SETTINGS of ours that shrink the table", () => {
  test("the next block has to say so", () => {
    const one = decoder();
    one.limitTable(100);
    expect(() => one.decode(bytes("88"))).toThrow(/table size update/);
  });

  test("and entries go, the oldest first", () => {
    const one = decoder();
    one.decode(text(literal(0x40, "a", "1") + literal(0x40, "b", "2")));
    one.limitTable(40);
    expect(one.decode(text(`${integerText(0x20, 5, 40)}\xbe`))).toEqual([["b", "2"]]);
    expect(() => one.decode(bytes("bf"))).toThrow(HpackError);
  });

  test("a table as small as before needs no update", () => {
    const one = decoder();
    one.limitTable(100);
    one.limitTable(4096);
    expect(one.decode(bytes("88"))).toEqual([[":status", "200"]]);
  });
});

test("Whatever the octets, a block is read or refused: no hang, and no other error", () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    // Nearly right: literals and indexes in between.
    fc
      .array(
        fc.oneof(
          fc
            .tuple(fc.constantFrom(0x00, 0x10, 0x40), fc.string(), fc.string())
            .map(([form, name, value]) => literal(form, name, value)),
          fc.integer({ min: 0, max: 255 }).map(octet => String.fromCharCode(octet)),
          fc.nat(5000).map(size => integerText(0x20, 5, size)),
          fc.integer({ min: 1, max: 80 }).map(index => integerText(0x80, 7, index)),
        ),
        { maxLength: 12 },
      )
      .map(parts => text(parts.join(""))),
  );
  fc.assert(
    fc.property(fc.array(octets, { maxLength: 8 }), blocks => {
      const one = decoder(500);
      try {
        for (const block of blocks) one.decode(Buffer.from(block));
      } catch (error) {
        expect(error).toBeInstanceOf(HpackError);
      }
    }),
    { numRuns: 3000 },
  );
});

test("A block that says the same comes as the same array, as long as the table is the same", () => {
  const it = decoder();
  it.decode(text(literal(0x40, "a", "first")));
  const block = bytes("88 be");
  const list = it.decode(block);
  expect(list).toEqual([
    [":status", "200"],
    ["a", "first"],
  ]);
  expect(it.decode(bytes("ff 88 be ff"), 1, 3)).toBe(list);
  expect(it.decode(bytes("88 bd"))).not.toBe(list);
  it.decode(text(literal(0x40, "a", "second")));
  expect(it.decode(block)).toEqual([
    [":status", "200"],
    ["a", "second"],
  ]);
  it.decode(bytes("20"));
  expect(() => it.decode(block)).toThrow(HpackError);
});
