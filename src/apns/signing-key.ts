import { createPrivateKey, type KeyObject } from "node:crypto";
import { ApnsVoipError } from "../errors.js";
import { BARE_BASE64 } from "../internal/key-text.js";

/** A private key that can make provider tokens: EC P-256, as in every `.p8` file Apple hands out. */
export interface SigningKey {
  readonly keyObject: KeyObject;
  /** The private scalar, 32 bytes. */
  readonly secret: Uint8Array;
}

const WANTED =
  "wanted: the .p8 file from Apple (Certificates, Identifiers & Profiles, Keys), which begins with -----BEGIN PRIVATE KEY-----";

/** What people paste instead, by the PEM label it carries. */
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
 * Reads a `.p8` key. Forgives what text goes through on its way into an environment variable (`\n` as two characters,
 * Windows line ends, line ends turned into blanks, quotes around it) and names what it is when it is something else.
 */
export function readSigningKey(given: string | Uint8Array, where: string): SigningKey {
  const text = typeof given === "string" ? given : Buffer.from(given).toString("utf8");
  const pem = normalisePem(text, typeof given === "string" ? undefined : given, where);
  let keyObject: KeyObject;
  try {
    keyObject = createPrivateKey(pem);
  } catch (cause) {
    throw refuse(
      where,
      "text that looks like a private key but cannot be read as one: it is cut short or was changed",
      cause,
    );
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = keyObject;
  if (type !== "ec") {
    const what = type === "rsa" ? "an RSA private key" : `a private key of the kind ${type}`;
    throw refuse(where, `${what}; Apple's keys are EC P-256`);
  }
  if (details?.namedCurve !== "prime256v1")
    throw refuse(where, `an EC key on the curve ${details?.namedCurve}; Apple's keys are on P-256`);
  const { d } = keyObject.export({ format: "jwk" });
  return { keyObject, secret: new Uint8Array(Buffer.from(d as string, "base64url")) };
}

function normalisePem(text: string, bytes: Uint8Array | undefined, where: string): string {
  const unescaped = text
    .replaceAll("\\r", "")
    .replaceAll("\\n", "\n")
    .replace(/^\uFEFF/, "")
    .trim();
  if (unescaped === "") throw refuse(where, "nothing (an empty text)");
  const pem = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;
  const found = [...unescaped.matchAll(pem)];
  // A file made by openssl carries the curve's parameters in front of the key.
  const key = found.find(([, label]) => label === "PRIVATE KEY" || label === "EC PRIVATE KEY");
  if (key !== undefined) {
    const [, label, body = ""] = key;
    if (/Proc-Type:.*ENCRYPTED/.test(body)) throw refuse(where, OTHER_THINGS["ENCRYPTED PRIVATE KEY"] as string);
    return `-----BEGIN ${label}-----\n${body.replace(/\s+/g, "").replace(/(.{64})(?=.)/g, "$1\n")}\n-----END ${label}-----\n`;
  }
  const label = found[0]?.[1];
  throw refuse(
    where,
    label === undefined ? describeNoPem(unescaped, bytes) : (OTHER_THINGS[label] ?? `a PEM block "${label}"`),
  );
}

function describeNoPem(text: string, bytes: Uint8Array | undefined): string {
  if (bytes?.[0] === 0x30)
    return "binary DER data (a .p12 or .cer file?); certificates are not supported, make a .p8 key instead";
  if (text.includes("-----BEGIN")) return "a PEM text without its last line: it is cut short";
  if (text.startsWith("{")) return "JSON text, not a key";
  if (/\.(p8|pem|key)$/i.test(text)) return "a file name; give it as `keyPath` (environment: APNS_P8_PATH)";
  if (BARE_BASE64.test(text)) {
    const isPem = Buffer.from(text, "base64").toString("latin1").startsWith("-----BEGIN");
    return isPem ? "the base64 of a key file; decode it first" : "base64 without its BEGIN and END lines";
  }
  // The length and nothing else: this may be a secret put into the wrong variable.
  return `text of ${text.length} characters that is no key`;
}

function refuse(where: string, what: string, cause?: unknown): ApnsVoipError {
  return new ApnsVoipError("INVALID_KEY", `${where} holds ${what}; ${WANTED}`, cause === undefined ? {} : { cause });
}
