import { createPublicKey, KeyObject } from "node:crypto";
import { pemBlocks, pemText } from "../internal/pem.js";

/** A public key, or what was given instead. The problem never quotes what was given. */
export type PublicKeyReading =
  | { readonly key: KeyObject; readonly problem?: undefined }
  | { readonly key?: undefined; readonly problem: string };

const PRIVATE =
  "a private key: whoever can read the server's settings could then sign logins; make the public key of it";

/** Reads a public key as the `.p8` is read: a variable's escapes, quotes and base64 are taken off. */
export function readPublicKey(given: unknown): PublicKeyReading {
  if (given instanceof KeyObject) {
    if (given.type === "public") return { key: given };
    return { problem: given.type === "private" ? PRIVATE : "a secret key; that goes into secret" };
  }
  if (typeof given !== "string") return { problem: given === null ? "null" : `a ${typeof given}` };
  const text = pemText(given);
  const blocks = pemBlocks(text);
  if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY"))) return { problem: PRIVATE };
  const block = blocks.find(({ label }) => /^(?:RSA )?PUBLIC KEY$|CERTIFICATE$/.test(label));
  if (block === undefined) return { problem: blocks[0] ? `a PEM block "${blocks[0].label}"` : nameOf(text) };
  try {
    return { key: createPublicKey(block.pem) };
  } catch {
    // OpenSSL's own words ("DECODER routines::unsupported") do not say what is wrong.
    return { problem: `a ${block.label} that cannot be read: it is cut short or was changed` };
  }
}

/** Names what a text without a PEM block seems to be. */
function nameOf(text: string): string {
  if (text === "") return "nothing";
  if (text.includes("-----BEGIN")) return /PRIVATE KEY/.test(text) ? PRIVATE : "a PEM text without its last line";
  if (text.startsWith("{")) return 'JSON text; a JWK becomes a key with createPublicKey({ key, format: "jwk" })';
  if (/^(?:ssh-|ecdsa-sha2-)/.test(text)) return "a key of OpenSSH; ssh-keygen -e -m PKCS8 makes PEM of it";
  if (URL.canParse(text) && /^https?:/.test(text)) return "a URL; that goes into jwksUrl";
  if (/^[\w./~-]+\.(?:pem|key|crt|cer|pub)$/i.test(text)) return "a file name; give the contents of the file";
  if (/^[A-Za-z0-9+/=\s]{100,}$/.test(text)) return "base64 without its BEGIN and END lines";
  return `text of ${text.length} characters that is no key`;
}
