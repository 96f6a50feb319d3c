import type { Fields, Http2Request } from "../port.js";
import { flat, integerText } from "./block-text.js";
import { DEFAULT_TABLE_SIZE } from "./dynamic-table.js";
import { EncoderTable } from "./encoder-table.js";
import { INCREMENTAL, NEVER_INDEXED, WITHOUT_INDEXING } from "./literals.js";

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
  #authorizationText = NEVER_INDEXED.text("authorization", "");

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
      NEVER_INDEXED.text(":path", request.path) +
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

  /** The `authorization` field, encoded. Many requests in a row have the same one. */
  #authorized(authorization: string): string {
    if (authorization !== this.#authorization) {
      this.#authorization = authorization;
      this.#authorizationText = flat(NEVER_INDEXED.text("authorization", authorization));
    }
    return this.#authorizationText;
  }

  #shared(fields: Fields): string {
    const known = this.#encoded.get(fields);
    if (known !== undefined && known.version === this.#table.version) return known.text;
    const { version } = this.#table;
    let text = "";
    for (const [name, value] of fields) text += this.#indexed(name, value);
    // A text that adds entries is right once. The next one consists of indexes and can be kept.
    if (version === this.#table.version) this.#remember(fields, { text: flat(text), version });
    return text;
  }

  #indexed(name: string, value: string): string {
    const index = this.#table.indexOf(name, value);
    if (index !== undefined) return integerText(0x80, 7, index);
    return (this.#table.add(name, value) ? INCREMENTAL : WITHOUT_INDEXING).text(name, value);
  }

  #remember(fields: Fields, encoded: Encoded): void {
    if (this.#encoded.size >= MOST_ARRAYS && !this.#encoded.has(fields)) this.#encoded.clear();
    this.#encoded.set(fields, encoded);
  }
}

function own(fields: Fields): string {
  let text = "";
  for (const [name, value] of fields) text += WITHOUT_INDEXING.text(name, value);
  return text;
}

/** Encoded `content-length` fields, by length: the pushes of one application differ by a few characters. */
const contentLengths = new Map<number, string>();
/** Lengths that are kept at most: as many as the octets of Apple's largest payload. */
const MOST_CONTENT_LENGTHS = 5120;

/**
 * HTTP/2 does not ask for it (RFC 9113 §8.1.1). Servers that pass requests on as HTTP/1.1 may: without it lighttpd answers 411.
 */
function contentLength(body: string): string {
  const octets = Buffer.byteLength(body);
  const known = contentLengths.get(octets);
  if (known !== undefined) return known;
  const text = flat(WITHOUT_INDEXING.text("content-length", String(octets)));
  if (contentLengths.size < MOST_CONTENT_LENGTHS) contentLengths.set(octets, text);
  return text;
}

const sizeUpdate = (size: number): string => integerText(0x20, 5, size);
