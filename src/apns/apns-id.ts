import { randomFillSync } from "node:crypto";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids that are drawn at once: to ask for random bytes costs more than to have them. */
const DRAWN_AT_ONCE = 256;
/** Octets of a UUID, and characters of its text. */
const [OCTETS, LENGTH] = [16, 36];
/** Where the text of each octet stands: 8-4-4-4-12 hex digits. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DIGITS = Buffer.from("0123456789abcdef");

const octets = Buffer.allocUnsafeSlow(DRAWN_AT_ONCE * OCTETS);
const texts = Buffer.alloc(DRAWN_AT_ONCE * LENGTH, "-");
let next = DRAWN_AT_ONCE;
/** The id that was drawn last: it is what it should be, and most ids that are read are this one. */
let newest = "";

/**
 * A random UUID (RFC 9562, version 4), in one piece. Node's own come in fourteen, half a kilobyte in all, which somebody must put
 * together before they can be sent: of a push that is a tenth.
 */
export function newApnsId(): string {
  if (next === DRAWN_AT_ONCE) draw();
  const at = next++ * LENGTH;
  newest = texts.toString("latin1", at, at + LENGTH);
  return newest;
}

function draw(): void {
  randomFillSync(octets);
  for (let id = 0; id < DRAWN_AT_ONCE; id++) {
    const from = id * OCTETS;
    octets[from + 6] = 0x40 | (octets[from + 6]! & 0x0f);
    octets[from + 8] = 0x80 | (octets[from + 8]! & 0x3f);
    for (let octet = 0; octet < OCTETS; octet++) {
      const value = octets[from + octet]!;
      const at = id * LENGTH + PLACES[octet]!;
      texts[at] = DIGITS[value >> 4]!;
      texts[at + 1] = DIGITS[value & 15]!;
    }
  }
  next = 0;
}

/** An id as it is sent, in lower case; undefined for what is no UUID. */
export function readApnsId(given: unknown): string | undefined {
  if (typeof given !== "string") return undefined;
  if (given === newest || UUID.test(given)) return given;
  const lower = given.toLowerCase();
  return UUID.test(lower) ? lower : undefined;
}
