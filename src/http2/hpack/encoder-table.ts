import { DynamicTable, entrySize } from "./dynamic-table.js";
import { FIRST_DYNAMIC_INDEX, STATIC_TABLE } from "./static-table.js";

/** No field name has a line feed (RFC 9113 §8.2.1). */
const keyOf = (name: string, value: string): string => `${name}\n${value}`;

const STATIC_INDEXES: ReadonlyMap<string, number> = new Map(
  STATIC_TABLE.map(([name, value], place): [string, number] => [keyOf(name, value), place + 1]),
);

/** The other side's dynamic table, as we have filled it, and where each field is found in it. */
export class EncoderTable {
  readonly #table: DynamicTable;
  /** The running number of each entry: its index follows from how many came after it. */
  readonly #added = new Map<string, number>();
  #count = 0;
  #version = 0;

  constructor(maxSize: number) {
    this.#table = new DynamicTable(maxSize, ([name, value]) => this.#added.delete(keyOf(name, value)));
  }

  get maxSize(): number {
    return this.#table.maxSize;
  }

  /** Indexes found under one version are right as long as it lasts. */
  get version(): number {
    return this.#version;
  }

  resize(maxSize: number): void {
    this.#version++;
    this.#table.resize(maxSize);
  }

  /** The index of a field, in either table. */
  indexOf(name: string, value: string): number | undefined {
    const key = keyOf(name, value);
    const added = this.#added.get(key);
    return added === undefined ? STATIC_INDEXES.get(key) : FIRST_DYNAMIC_INDEX + this.#count - added;
  }

  /** False for a field that the whole table could not hold: nothing changes. */
  add(name: string, value: string): boolean {
    if (entrySize(name, value) > this.#table.maxSize) return false;
    this.#table.add([name, value]);
    this.#version++;
    this.#added.set(keyOf(name, value), ++this.#count);
    return true;
  }
}
