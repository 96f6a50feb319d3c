import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from "node:crypto";
import { derBytes, pemBlocks, pemText } from "../internal/pem.js";

/** A public key, or what was given instead. The problem never quotes what was given. */
export type PublicKeyReading =
  | { readonly key: KeyObject; readonly problem?: undefined }
  | { readonly key?: undefined; readonly problem: string };

const PRIVATE =
  "a private key: whoever can read the server's settings could then sign logins; make the public key of it";

/** Reads a public key as the `.p8` is read: as PEM text, as DER, as the base64 of either, with what variables do to them. */
export function readPublicKey(given: unknown): PublicKeyReading {
  if (given instanceof KeyObject) {
    if (given.type === "public") return { key: given };
    return { problem: given.type === "private" ? PRIVATE : "a secret key; that goes into secret" };
  }
  if (typeof given !== "string" && !(given instanceof Uint8Array)) return { problem: nameOfValue(given) };
  const der = derBytes(given);
  const read = der && readDer(der);
  if (read !== undefined) return read;
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

/** A key or a certificate in its binary form. A realm's page in Keycloak shows the base64 of one. */
function readDer(key: Buffer): PublicKeyReading | undefined {
  const ways = [
    () => ({ key: createPublicKey({ key, format: "der", type: "spki" }) }),
    () => ({ key: new X509Certificate(key).publicKey }),
    ...(["pkcs8", "sec1", "pkcs1"] as const).map(type => () => {
      createPrivateKey({ key, format: "der", type });
      return { problem: PRIVATE };
    }),
    () => ({ key: createPublicKey({ key, format: "der", type: "pkcs1" }) }),
  ];
  for (const read of ways) {
    try {
      return read();
    } catch {}
  }
  return undefined;
}

/** What is neither text nor bytes. */
function nameOfValue(given: unknown): string {
  if (typeof given !== "object") return `a ${typeof given}`;
  return given === null ? "null" : 'an object; a JWK becomes a key with createPublicKey({ key, format: "jwk" })';
}

/** Names what a text without a PEM block seems to be. */
function nameOf(text: string): string {
  if (text === "") return "nothing";
  if (text.includes("-----BEGIN")) return /PRIVATE KEY/.test(text) ? PRIVATE : "a PEM text without its last line";
  if (text.startsWith("{")) return 'JSON text; a JWK becomes a key with createPublicKey({ key, format: "jwk" })';
  if (/^(?:ssh-|ecdsa-sha2-)/.test(text)) return "a key of OpenSSH; ssh-keygen -e -m PKCS8 makes PEM of it";
  if (URL.canParse(text) && /^https?:/.test(text)) return "a URL; that goes into jwksUrl";
  if (/^[\w./~-]+\.(?:pem|key|crt|cer|pub)$/i.test(text)) return "a file name; give the contents of the file";
  if (/^[\w+/=\s-]{100,}$/.test(text)) return "base64 that is no key, or not all of one";
  return `text of ${text.length} characters that is no key`;
}
