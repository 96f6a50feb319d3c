import { flat, integerText, stringText } from "./block-text.js";
import { STATIC_NAMES } from "./static-table.js";

/** Names whose text is kept; more than requests of ours have. */
const MOST_NAMES = 64;

/** A field that is spelled out (RFC 7541 §6.2), in one of its three forms. */
class Literal {
  readonly #pattern: number;
  readonly #prefixBits: number;
  /** What comes before a value: the form, and the name as an index of the static table or spelled out. */
  readonly #starts = new Map<string, string>();

  constructor(pattern: number, prefixBits: number) {
    this.#pattern = pattern;
    this.#prefixBits = prefixBits;
  }

  text(name: string, value: string): string {
    return (this.#starts.get(name) ?? this.#start(name)) + stringText(value);
  }

  /** Names are looked up in the static table only: an index of the dynamic table changes with each entry. */
  #start(name: string): string {
    const index = STATIC_NAMES.get(name);
    const text =
      integerText(this.#pattern, this.#prefixBits, index ?? 0) + (index === undefined ? stringText(name) : "");
    if (this.#starts.size >= MOST_NAMES) this.#starts.clear();
    this.#starts.set(name, flat(text));
    return text;
  }
}

/** RFC 7541 §6.2.1: a field that goes into the table. */
export const INCREMENTAL = new Literal(0x40, 6);
/** §6.2.2: a field that goes into no table. */
export const WITHOUT_INDEXING = new Literal(0x00, 4);
/** §6.2.3: a field that goes into no table, here or wherever it is passed on. */
export const NEVER_INDEXED = new Literal(0x10, 4);
