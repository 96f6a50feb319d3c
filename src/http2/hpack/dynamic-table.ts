import type { Field } from "./static-table.js";

/** What a table may hold until SETTINGS say otherwise (RFC 9113 §6.5.2). */
export const DEFAULT_TABLE_SIZE = 4096;

/** What an entry counts for, its overhead included (RFC 7541 §4.1). Names and values have a character per octet. */
export const entrySize = (name: string, value: string): number => name.length + value.length + 32;

/** The entries that both sides hold, the newest in front (RFC 7541 §2.3.2). */
export class DynamicTable {
  /** Oldest first; those before `#first` are evicted. */
  #entries: Field[] = [];
  #first = 0;
  #size = 0;
  #maxSize: number;
  readonly #onEvicted: ((entry: Field) => void) | undefined;

  constructor(maxSize: number, onEvicted?: (entry: Field) => void) {
    this.#maxSize = maxSize;
    this.#onEvicted = onEvicted;
  }

  get length(): number {
    return this.#entries.length - this.#first;
  }

  get maxSize(): number {
    return this.#maxSize;
  }

  /** The entry at a place; 0 is the newest. */
  at(place: number): Field | undefined {
    return place < this.length ? this.#entries[this.#entries.length - 1 - place] : undefined;
  }

  /** False for an entry larger than the whole table: it empties the table and is not added, which is no error (RFC 7541 §4.4). */
  add(entry: Field): boolean {
    const size = entrySize(entry[0], entry[1]);
    this.#evictDownTo(this.#maxSize - size);
    if (size > this.#maxSize) return false;
    this.#entries.push(entry);
    this.#size += size;
    return true;
  }

  /** RFC 7541 §4.3: evicts what does not fit any more. */
  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evictDownTo(maxSize);
  }

  #evictDownTo(size: number): void {
    while (this.#size > size && this.length > 0) {
      const oldest = this.#entries[this.#first++] as Field;
      this.#size -= entrySize(oldest[0], oldest[1]);
      this.#onEvicted?.(oldest);
    }
    this.#letGo();
  }

  /** Frees the evicted ones once they are half of all, so that evicting one costs the same however many there are. */
  #letGo(): void {
    if (this.#first < 32 || this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}
