/** The parts of DER that a certificate needs. Each function returns one complete element. */
const element = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of(tag), length(content.length), content]);

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  return bytes < 0x100 ? Buffer.of(0x81, bytes) : Buffer.of(0x82, bytes >> 8, bytes & 0xff);
}

export const sequence = (...items: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(items));
export const set = (...items: readonly Buffer[]): Buffer => element(0x31, Buffer.concat(items));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0));
export const octetString = (content: Buffer): Buffer => element(0x04, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));

/** A number from its big-endian bytes; a leading zero keeps it positive. */
export function integer(bytes: Buffer): Buffer {
  return element(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export const bitString = (content: Buffer, unusedBits = 0): Buffer =>
  element(0x03, Buffer.concat([Buffer.of(unusedBits), content]));

/** `[n]` around complete elements. */
export const explicit = (n: number, ...items: readonly Buffer[]): Buffer => element(0xa0 | n, Buffer.concat(items));

/** `[n]` in place of a primitive's own tag. */
export const implicit = (n: number, content: Buffer): Buffer => element(0x80 | n, content);

/** From dotted text: the first two numbers share a byte, the others are base 128. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** X.509 wants two-digit years up to 2049 and four digits after. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}
