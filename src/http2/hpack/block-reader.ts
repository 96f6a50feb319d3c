import { HpackError } from "./hpack-error.js";
import { decodeHuffman } from "./huffman.js";

/** Octets of an integer behind its prefix at most: they hold 35 bits, more than any number here needs (RFC 7541 §5.1). */
const MOST_CONTINUATIONS = 5;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** Reads the two primitive types of RFC 7541 §5 from one block after the other. */
export class BlockReader {
  #block: Buffer;
  #at = 0;
  #end = 0;

  constructor() {
    this.#block = Buffer.alloc(0);
  }

  read(block: Buffer, start: number, end: number): void {
    this.#block = block;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next octet, without taking it. */
  get octet(): number {
    if (this.#at >= this.#end) throw new HpackError("the field block is cut short");
    return this.#block[this.#at] as number;
  }

  /** An integer whose prefix has so many bits (RFC 7541 §5.1). */
  integer(prefixBits: number): number {
    const largest = (1 << prefixBits) - 1;
    const prefix = this.octet & largest;
    this.#at++;
    return prefix < largest ? prefix : this.#continued(prefix);
  }

  /** RFC 7541 §5.2. */
  string(): string {
    const huffman = this.octet >= 0x80;
    const length = this.integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new HpackError("a text is longer than its field block");
    this.#at = end;
    return huffman ? decodeHuffman(this.#block, start, end) : this.#block.toString("latin1", start, end);
  }

  #continued(prefix: number): number {
    let value = prefix;
    for (let count = 0; count < MOST_CONTINUATIONS; count++) {
      const octet = this.octet;
      this.#at++;
      value += (octet & 0x7f) * 2 ** (7 * count);
      if (octet >= 0x80) continue;
      if (value > LARGEST_INTEGER) break;
      return value;
    }
    throw new HpackError("an integer is too large");
  }
}
