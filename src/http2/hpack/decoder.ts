import type { Fields } from "../port.js";
import { BlockReader } from "./block-reader.js";
import { DEFAULT_TABLE_SIZE, DynamicTable, entrySize } from "./dynamic-table.js";
import { HpackError } from "./hpack-error.js";
import { FIRST_DYNAMIC_INDEX, type Field, STATIC_TABLE } from "./static-table.js";

/** Table size updates of one block at most: the smallest size and the last (RFC 7541 §4.2). */
const MOST_SIZE_UPDATES = 2;

/** The lists of blocks that are one index into the static table: `:status: 200` alone is the answer to nearly every push. */
const LISTS_OF_ONE: readonly Fields[] = STATIC_TABLE.map(field => [field]);

/** Octets of a block that is remembered: far more than answers without a body have. */
const LONGEST_REMEMBERED = 128;

export interface HpackDecoderOptions {
  /** Octets that the other side's table may take: what we announced as SETTINGS_HEADER_TABLE_SIZE. Default 4096. */
  readonly maxTableSize?: number | undefined;
  /** The largest list that is handed out, counted as RFC 9113 §6.5.2 counts: names, values, and 32 for each field. */
  readonly maxListSize: number;
}

/**
 * Field blocks of one connection back into fields (RFC 7541). Every block that arrives has to pass through it, in order, also
 * those of streams that nobody waits for, because each may change the table.
 */
export class HpackDecoder {
  readonly #reader = new BlockReader();
  readonly #table: DynamicTable;
  readonly #maxListSize: number;
  #maxTableSize: number;
  /** True when we allow less than the table has: the next block must begin by shrinking it. */
  #mustShrink = false;
  #list: Field[] = [];
  #listSize = 0;
  /** How often a block has changed the table. */
  #changes = 0;
  /** The last block that changed nothing, and what it says as long as the table stays as it was then. */
  readonly #lastBlock = Buffer.alloc(LONGEST_REMEMBERED);
  #lastLength = -1;
  #lastChanges = 0;
  #lastList: Fields = [];

  constructor({ maxTableSize = DEFAULT_TABLE_SIZE, maxListSize }: HpackDecoderOptions) {
    this.#maxTableSize = maxTableSize;
    this.#maxListSize = maxListSize;
    this.#table = new DynamicTable(Math.min(maxTableSize, DEFAULT_TABLE_SIZE));
  }

  /** Another SETTINGS_HEADER_TABLE_SIZE of ours is acknowledged: it counts from the next block on (RFC 9113 §4.3.1). */
  limitTable(maxTableSize: number): void {
    this.#maxTableSize = maxTableSize;
    this.#mustShrink = this.#table.maxSize > maxTableSize;
  }

  /**
   * The fields of one whole block: a HEADERS frame's fragment and those of its CONTINUATIONs.
   * `"too-large"` is a list above `maxListSize`: its stream fails, and the connection goes on.
   * A block that says the same as the last one gives the same array, so that its reader can know what it has judged already.
   * Names and values are what was sent, a character per octet; whether they make a good answer is not judged here.
   *
   * @throws {HpackError} the block breaks RFC 7541: the connection ends with COMPRESSION_ERROR.
   */
  decode(block: Buffer, start = 0, end = block.length): Fields | "too-large" {
    if (end - start === 1 && !this.#mustShrink) {
      const index = (block[start] as number) - 0x80;
      if (index > 0 && index < FIRST_DYNAMIC_INDEX) return this.#checked(LISTS_OF_ONE[index - 1] as Fields);
    }
    if (end - start === this.#lastLength && this.#isLast(block, start)) return this.#lastList;
    const changes = this.#changes;
    this.#reader.read(block, start, end);
    this.#list = [];
    this.#listSize = 0;
    this.#takeSizeUpdates();
    while (!this.#reader.atEnd) this.#takeField();
    if (this.#listSize > this.#maxListSize) return "too-large";
    if (changes === this.#changes && end - start <= LONGEST_REMEMBERED) this.#remember(block, start, end);
    return this.#list;
  }

  /** True when a block says what the last one said: servers answer one request after the other with the same octets. */
  #isLast(block: Buffer, start: number): boolean {
    if (this.#lastChanges !== this.#changes || this.#mustShrink) return false;
    const last = this.#lastBlock;
    for (let at = this.#lastLength - 1; at >= 0; at--) if (last[at] !== block[start + at]) return false;
    return true;
  }

  #remember(block: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#lastBlock[at - start] = block[at] as number;
    this.#lastLength = end - start;
    this.#lastChanges = this.#changes;
    this.#lastList = this.#list;
  }

  #checked(list: Fields): Fields | "too-large" {
    const [name, value] = list[0] as Field;
    return entrySize(name, value) > this.#maxListSize ? "too-large" : list;
  }

  /** RFC 7541 §6.3: only in front of the first field. */
  #takeSizeUpdates(): void {
    for (let count = 0; !this.#reader.atEnd && isSizeUpdate(this.#reader.octet); count++) {
      const size = this.#reader.integer(5);
      if (size > this.#maxTableSize)
        throw new HpackError(`a table of ${size} octets, where we allow ${this.#maxTableSize}`);
      if (count >= MOST_SIZE_UPDATES) throw new HpackError("more than two table size updates in one field block");
      this.#table.resize(size);
      this.#changes++;
      this.#mustShrink = false;
    }
    if (this.#mustShrink) throw new HpackError("a field block without the table size update that our SETTINGS ask for");
  }

  #takeField(): void {
    const octet = this.#reader.octet;
    // RFC 7541 §6.1: a field that is in a table as a whole.
    if (octet >= 0x80) this.#keep(this.#entry(this.#reader.integer(7)));
    // §6.2.1: a literal that goes into the table.
    else if (octet >= 0x40) {
      const field = this.#literal(6);
      this.#table.add(field);
      this.#changes++;
      this.#keep(field);
    } else if (isSizeUpdate(octet)) throw new HpackError("a table size update after a field");
    // §6.2.2 and §6.2.3: a literal that goes into no table. "Never indexed" matters only to those who pass fields on.
    else this.#keep(this.#literal(4));
  }

  #literal(prefixBits: number): Field {
    const index = this.#reader.integer(prefixBits);
    const name = index === 0 ? this.#reader.string() : this.#entry(index)[0];
    return [name, this.#reader.string()];
  }

  #entry(index: number): Field {
    const entry = index < FIRST_DYNAMIC_INDEX ? STATIC_TABLE[index - 1] : this.#table.at(index - FIRST_DYNAMIC_INDEX);
    if (entry === undefined) throw new HpackError(`no table has an entry ${index}`);
    return entry;
  }

  /**
   * Adds a field to the list. A list that is too large is only counted, because a few octets can name a large entry
   * many times.
   */
  #keep(field: Field): void {
    this.#listSize += entrySize(field[0], field[1]);
    if (this.#listSize <= this.#maxListSize) this.#list.push(field);
    else this.#list.length = 0;
  }
}

const isSizeUpdate = (octet: number): boolean => (octet & 0xe0) === 0x20;
