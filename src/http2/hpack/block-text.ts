/** RFC 7541 §5.1: an integer behind the bits that say what it is. */
export function integerText(pattern: number, prefixBits: number, value: number): string {
  const largest = (1 << prefixBits) - 1;
  if (value < largest) return String.fromCharCode(pattern | value);
  let text = String.fromCharCode(pattern | largest);
  let rest = value - largest;
  for (; rest >= 0x80; rest >>>= 7) text += String.fromCharCode((rest & 0x7f) | 0x80);
  return text + String.fromCharCode(rest);
}

/**
 * RFC 7541 §5.2, without Huffman: that would make a device token and a provider token a quarter shorter, and cost more than
 * all the rest of a push.
 */
export const stringText = (value: string): string => integerText(0, 7, value.length) + value;

/**
 * The same text, in one piece. The engine keeps a text that was put together in pieces until it is read, and would join the
 * pieces of one that many requests share for each of them.
 */
export const flat = (text: string): string => Buffer.from(text, "latin1").toString("latin1");
