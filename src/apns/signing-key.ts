import { createPrivateKey, type KeyObject } from "node:crypto";
import { ApnsVoipError } from "../errors.js";
import { BARE_BASE64 } from "../internal/key-text.js";
import { derBytes, pemBlocks, pemText } from "../internal/pem.js";

/** A private key that can make provider tokens: EC P-256, as in every `.p8` file Apple hands out. */
export interface SigningKey {
  readonly keyObject: KeyObject;
  /** The private scalar, 32 bytes. */
  readonly secret: Uint8Array;
}

const WANTED =
  "wanted: the .p8 file from Apple (Certificates, Identifiers & Profiles, Keys), which begins with -----BEGIN PRIVATE KEY-----";

/** What people paste instead of the key, by its PEM label. */
const OTHER_THINGS: Readonly<Record<string, string>> = {
  "PUBLIC KEY": "a public key; the private half is needed",
  "EC PUBLIC KEY": "a public key; the private half is needed",
  "RSA PUBLIC KEY": "an RSA public key; Apple's keys are EC P-256 private keys",
  "RSA PRIVATE KEY": "an RSA private key; Apple's keys are EC P-256",
  "DSA PRIVATE KEY": "a DSA private key; Apple's keys are EC P-256",
  CERTIFICATE: "a certificate; certificates are not supported, make a .p8 key instead",
  "TRUSTED CERTIFICATE": "a certificate; certificates are not supported, make a .p8 key instead",
  "CERTIFICATE REQUEST": "a certificate request; it is no key",
  "ENCRYPTED PRIVATE KEY":
    "an encrypted private key; Apple's .p8 files have no passphrase: remove it with `openssl pkcs8`",
  "OPENSSH PRIVATE KEY": "an OpenSSH key; it has nothing to do with Apple",
  "EC PARAMETERS": "the parameters of a curve, not a key",
};

/**
 * Reads a `.p8` key. Forgives what it goes through on its way into a file or a variable, as long as it can be nothing else: what
 * `pemText` forgives, lost line ends, DER and the base64 of DER. Names what it is when it is no such key.
 */
export function readSigningKey(given: string | Uint8Array, where: string): SigningKey {
  const keyObject = readDer(given) ?? readPem(given, where);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = keyObject;
  if (type !== "ec") {
    const what = type === "rsa" ? "an RSA private key" : `a private key of the kind ${type}`;
    throw refuse(where, `${what}; Apple's keys are EC P-256`);
  }
  if (details?.namedCurve !== "prime256v1")
    throw refuse(where, `an EC key on the curve ${details?.namedCurve}; Apple's keys are on P-256`);
  return { keyObject, secret: secretOf(keyObject, where) };
}

function secretOf(keyObject: KeyObject, where: string): Uint8Array {
  try {
    return new Uint8Array(Buffer.from(keyObject.export({ format: "jwk" }).d as string, "base64url"));
  } catch (cause) {
    throw refuse(where, "a P-256 key whose number is out of range", cause);
  }
}

/** The key in its binary form. */
function readDer(given: string | Uint8Array): KeyObject | undefined {
  const key = derBytes(given);
  if (key === undefined) return undefined;
  for (const type of ["pkcs8", "sec1"] as const) {
    try {
      return createPrivateKey({ key, format: "der", type });
    } catch {}
  }
  return undefined;
}

function readPem(given: string | Uint8Array, where: string): KeyObject {
  const text = pemText(given);
  if (text === "") throw refuse(where, "nothing (an empty text)");
  const blocks = pemBlocks(text);
  // A file made by openssl has the curve's parameters in front of the key.
  const key = blocks.find(({ label }) => label === "PRIVATE KEY" || label === "EC PRIVATE KEY");
  if (key === undefined) {
    const { label } = blocks[0] ?? {};
    if (label === undefined) throw refuse(where, describeNoPem(text, typeof given === "string" ? undefined : given));
    throw refuse(where, OTHER_THINGS[label] ?? `a PEM block "${label}"`);
  }
  if (/ProcType4ENCRYPTED/.test(key.pem)) throw refuse(where, OTHER_THINGS["ENCRYPTED PRIVATE KEY"] as string);
  try {
    return createPrivateKey(key.pem);
  } catch (cause) {
    const what = "text that looks like a private key but cannot be read as one: it is cut short or was changed";
    throw refuse(where, what, cause);
  }
}

function describeNoPem(text: string, bytes: Uint8Array | undefined): string {
  if (bytes?.[0] === 0x30)
    return "binary DER data that is no key (a .p12 or .cer file?); certificates are not supported, make a .p8 key instead";
  if (text.includes("-----BEGIN")) return "a PEM text without its last line: it is cut short";
  if (text.startsWith("{")) return "JSON text, not a key";
  if (/\.(p8|pem|key)$/i.test(text)) return "a file name; give it as `keyPath` (environment: APNS_P8_PATH)";
  if (BARE_BASE64.test(text)) return "base64 that is no key, or not all of one";
  // The length and nothing else: this may be a secret put into the wrong variable.
  return `text of ${text.length} characters that is no key`;
}

function refuse(where: string, what: string, cause?: unknown): ApnsVoipError {
  return new ApnsVoipError("INVALID_KEY", `${where} holds ${what}; ${WANTED}`, cause === undefined ? {} : { cause });
}
