import type { Fields, Http2Request } from "../port.js";
import { integerText, stringText } from "./block-text.js";
import { DEFAULT_TABLE_SIZE } from "./dynamic-table.js";
import { EncoderTable } from "./encoder-table.js";
import { STATIC_NAMES } from "./static-table.js";

/** RFC 7541 §6.2.2: in no table. */
const WITHOUT_INDEXING = { pattern: 0x00, prefixBits: 4 };
/** §6.2.3: in no table, here and wherever the field is passed on. */
const NEVER_INDEXED = { pattern: 0x10, prefixBits: 4 };
/** §6.2.1: in the table from now on. */
const INCREMENTAL = { pattern: 0x40, prefixBits: 6 };

type Form = typeof NEVER_INDEXED;

/** Arrays whose encoded form is kept; more than an application has kinds of pushes. */
const MOST_ARRAYS = 64;

interface Encoded {
  readonly text: string;
  /** The table's version for which the text is right. */
  readonly version: number;
}

/**
 * Requests of one connection into field blocks (RFC 7541). A block must be sent once it is made, and in this order, because
 * later ones point into the table that it fills.
 */
export class HpackEncoder {
  readonly #table = new EncoderTable(DEFAULT_TABLE_SIZE);
  readonly #pseudo: Fields;
  readonly #encoded = new Map<Fields, Encoded>();
  #sizeUpdates = "";
  #smallest = Number.POSITIVE_INFINITY;
  #authorization = "";
  #authorizationText = literal(NEVER_INDEXED, "authorization", "");

  constructor(authority: string) {
    this.#pseudo = [
      [":method", "POST"],
      [":scheme", "https"],
      [":authority", authority],
    ];
  }

  /**
   * The other side's SETTINGS_HEADER_TABLE_SIZE. The next block says that the table changes; it never takes more than 4096.
   * After several changes it says the smallest, too, so that both sides drop the same entries (RFC 7541 §4.2).
   */
  limitTable(size: number): void {
    const wanted = Math.min(size, DEFAULT_TABLE_SIZE);
    if (wanted === this.#table.maxSize) return;
    this.#table.resize(wanted);
    this.#smallest = Math.min(this.#smallest, wanted);
    const last = sizeUpdate(wanted);
    this.#sizeUpdates = this.#smallest < wanted ? sizeUpdate(this.#smallest) + last : last;
  }

  /** The field block of a request, a character per octet. `content-length` is added to its fields. */
  encode(request: Http2Request): string {
    return (
      this.#takeSizeUpdates() +
      this.#shared(this.#pseudo) +
      literal(NEVER_INDEXED, ":path", request.path) +
      this.#authorized(request.authorization) +
      this.#shared(request.shared) +
      own(request.own) +
      contentLength(request.body)
    );
  }

  #takeSizeUpdates(): string {
    const updates = this.#sizeUpdates;
    if (updates === "") return "";
    this.#sizeUpdates = "";
    this.#smallest = Number.POSITIVE_INFINITY;
    return updates;
  }

  /** Many requests in a row have the same one. */
  #authorized(authorization: string): string {
    if (authorization !== this.#authorization) {
      this.#authorization = authorization;
      this.#authorizationText = literal(NEVER_INDEXED, "authorization", authorization);
    }
    return this.#authorizationText;
  }

  #shared(fields: Fields): string {
    const known = this.#encoded.get(fields);
    if (known !== undefined && known.version === this.#table.version) return known.text;
    const { version } = this.#table;
    let text = "";
    for (const [name, value] of fields) text += this.#indexed(name, value);
    // A text that added entries is right once; the next one is made of indexes alone, and can be kept.
    if (version === this.#table.version) this.#remember(fields, { text, version });
    return text;
  }

  #indexed(name: string, value: string): string {
    const index = this.#table.indexOf(name, value);
    if (index !== undefined) return integerText(0x80, 7, index);
    return literal(this.#table.add(name, value) ? INCREMENTAL : WITHOUT_INDEXING, name, value);
  }

  #remember(fields: Fields, encoded: Encoded): void {
    if (this.#encoded.size >= MOST_ARRAYS && !this.#encoded.has(fields)) this.#encoded.clear();
    this.#encoded.set(fields, encoded);
  }
}

function own(fields: Fields): string {
  let text = "";
  for (const [name, value] of fields) text += literal(WITHOUT_INDEXING, name, value);
  return text;
}

/** The texts made so far, by length: pushes of one application differ by a few characters. */
const contentLengths = new Map<number, string>();
const MOST_CONTENT_LENGTHS = 5120;

/**
 * HTTP/2 does not ask for it (RFC 9113 §8.1.1). Servers that pass requests on as HTTP/1.1 may: without it lighttpd answers 411.
 */
function contentLength(body: string): string {
  const octets = Buffer.byteLength(body);
  const known = contentLengths.get(octets);
  if (known !== undefined) return known;
  const text = literal(WITHOUT_INDEXING, "content-length", String(octets));
  if (contentLengths.size < MOST_CONTENT_LENGTHS) contentLengths.set(octets, text);
  return text;
}

/** The static table's index of a name stays; the dynamic table's would have to be looked up for each request. */
function literal({ pattern, prefixBits }: Form, name: string, value: string): string {
  const index = STATIC_NAMES.get(name);
  if (index === undefined) return String.fromCharCode(pattern) + stringText(name) + stringText(value);
  return integerText(pattern, prefixBits, index) + stringText(value);
}

const sizeUpdate = (size: number): string => integerText(0x20, 5, size);
