import { p256 } from "@noble/curves/nist.js";
import { expect, test } from "vitest";
import { signEs256 } from "../../src/apns/es256.js";

/** The private key of RFC 6979, A.2.5. */
const KEY = Buffer.from("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "hex");
const sign = (text: string, key: Uint8Array = KEY) => Buffer.from(signEs256(key, Buffer.from(text))).toString("hex");
const expected = (text: string, key: Uint8Array = KEY) =>
  Buffer.from(p256.sign(Buffer.from(text), key, { lowS: false })).toString("hex");

test.each([
  [
    "sample",
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  ],
  [
    "test",
    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
  ],
])("the signature of %j is that of RFC 6979, A.2.5", (text, r, s) => {
  expect(sign(text)).toBe(r + s);
});

test.each([
  ["r", /^00/],
  ["s", /^.{64}00/],
])("a half of the signature that is small keeps its 32 bytes: %s", (_, small) => {
  let n = 0;
  while (!small.test(sign(`text ${n}`))) n++;
  expect(sign(`text ${n}`)).toBe(expected(`text ${n}`));
});

test.each([
  ["1", `${"00".repeat(31)}01`],
  ["small", `${"00".repeat(4)}${"7f".repeat(28)}`],
  ["the greatest", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"],
])("a key that is %s signs like any other", (_, hex) => {
  const key = Buffer.from(hex, "hex");
  for (const text of ["sample", "test", ""]) expect(sign(text, key)).toBe(expected(text, key));
});
