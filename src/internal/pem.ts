import { withoutPercentSigns } from "./percent-signs.js";

/** One block of a PEM text, in the form in which OpenSSL reads it. */
export interface PemBlock {
  /** `PUBLIC KEY`, `CERTIFICATE`. */
  readonly label: string;
  readonly pem: string;
}

/** Base64 of the one alphabet or the other. PEM text fits as well, so it is looked for first. */
const BASE64 = /^[\w+/=\s-]{40,}$/;

/**
 * Turns what a variable or a file holds back into the text of the key's file. Forgiven are: `\n` written out (perhaps twice), quotes,
 * a byte order mark, UTF-16, the percent signs of a URL, other dashes around the labels, and the base64 of all that, also twice.
 */
export function pemText(given: string | Uint8Array): string {
  const text = plainText(typeof given === "string" ? given : decoded(given));
  if (text.includes("BEGIN") || !BASE64.test(text)) return text;
  const inner = pemText(Buffer.from(text, "base64"));
  return inner.includes("-----BEGIN") ? inner : text;
}

/** The binary form of a key, given as it is or as base64: what stands between the first and the last line of its file. */
export function derBytes(given: string | Uint8Array): Buffer | undefined {
  if (typeof given !== "string" && given[0] === SEQUENCE) return Buffer.from(given);
  const text = pemText(given);
  const bytes = !text.includes("BEGIN") && BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
  return bytes?.[0] === SEQUENCE ? bytes : undefined;
}

/** The first byte of every key in ASN.1. */
const SEQUENCE = 0x30;

/** The blocks of a PEM text. Line ends that were lost, or became something else, are put back. */
export function pemBlocks(text: string): PemBlock[] {
  const block = /-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----([\s\S]*?)-----\s*END \1\s*-----/g;
  return Array.from(text.matchAll(block), ([, label = "", body = ""]) => {
    const lines = body.replace(/[^A-Za-z0-9+/=]+/g, "").replace(/(.{64})(?=.)/g, "$1\n");
    return { label, pem: `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n` };
  });
}

/** UTF-8, or what Windows calls Unicode: UTF-16 with its mark, or with every other byte zero. */
function decoded(given: Uint8Array): string {
  const bytes = Buffer.from(given);
  const [first, second] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined);
  if (!isLittle && !isBig) return bytes.toString("utf8");
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return (isBig ? whole.swap16() : whole).toString("utf16le");
}

function plainText(given: string): string {
  return (
    (given.includes("%") ? withoutPercentSigns(given.replaceAll("+", " ")) : given)
      // UTF-16 that somebody has read as UTF-8.
      .replace(/^\uFEFF|\0|\uFFFD/g, "")
      .trim()
      .replace(/^(["'])([\s\S]*)\1$/, "$2")
      .replace(/^data:[^,]{0,99},/, "")
      .replace(/\\+r/g, "")
      .replace(/\\+(?:n|u000a|x0a|\r?\n)/gi, "\n")
      // Editors make one dash of several, and of another kind.
      .replace(/[-\u2010-\u2015\u2212]+\s*(BEGIN|END) ([A-Z0-9 ]+?)\s*[-\u2010-\u2015\u2212]+/g, "-----$1 $2-----")
      .trim()
  );
}
