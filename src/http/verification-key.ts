import { createPublicKey, KeyObject } from "node:crypto";
import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { invalidOption } from "../internal/invalid-option.js";

/** What tokens are verified with: exactly one of the three. */
export type VerificationKeyOptions =
  | {
      /** The secret that tokens are signed with (HS256, HS384, HS512). */
      readonly secret: string | Uint8Array | undefined;
      readonly jwksUrl?: undefined;
      readonly publicKey?: undefined;
    }
  | {
      /** Where the public keys are published, as a JSON Web Key Set; fetched when needed, and kept. */
      readonly jwksUrl: string | URL | undefined;
      readonly secret?: undefined;
      readonly publicKey?: undefined;
    }
  | {
      /** The public key, or a certificate, as PEM text. RSA (2048 bits or more), EC P-256, P-384, P-521, or Ed25519. */
      readonly publicKey: string | KeyObject | undefined;
      readonly secret?: undefined;
      readonly jwksUrl?: undefined;
    };

/** What tokens are verified with, and by which algorithms. */
export interface VerificationKey {
  /** Pinned by the kind of key, so that nobody can pass a public key off as a shared secret. */
  readonly algorithms: readonly string[];
  readonly key?: Uint8Array | KeyObject;
  readonly jwksUrl?: URL;
}

const SHARED = ["HS256", "HS384", "HS512"];
const RSA_PSS = ["PS256", "PS384", "PS512"];
const RSA = ["RS256", "RS384", "RS512", ...RSA_PSS];
const ED25519 = ["Ed25519", "EdDSA"];
const BY_CURVE: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ["ES256"],
  secp384r1: ["ES384"],
  secp521r1: ["ES512"],
};
const PUBLISHED = [...RSA, ...Object.values(BY_CURVE).flat(), ...ED25519];
const LEAST_RSA_BITS = 2048;

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`. */
export function verificationKeyOf(
  options: VerificationKeyOptions & { readonly algorithms?: readonly string[] | undefined },
): VerificationKey {
  const key = readKey(options ?? {});
  const { algorithms = key.algorithms } = options;
  const others = algorithms.filter(algorithm => !key.algorithms.includes(algorithm));
  if (algorithms.length > 0 && others.length === 0) return { ...key, algorithms };
  throw unfit(
    "algorithms",
    `some of ${key.algorithms.join(", ")}, which this kind of key allows`,
    algorithms.join(", "),
  );
}

function readKey({ secret, jwksUrl, publicKey }: VerificationKeyOptions): VerificationKey {
  const given = [secret, jwksUrl, publicKey].filter(value => value !== undefined).length;
  if (given === 0) throw nothingGiven();
  if (given > 1) throw unfit("secret", "exactly one of secret, jwksUrl and publicKey", `${given} of them`);
  if (secret !== undefined) return { algorithms: SHARED, key: readSecret(secret) };
  if (jwksUrl !== undefined) return { algorithms: PUBLISHED, jwksUrl: readUrl(jwksUrl) };
  const key = readPublicKey(publicKey);
  return { algorithms: algorithmsOf(key), key };
}

function readSecret(secret: unknown): Uint8Array {
  const wanted = "the secret that the tokens are signed with";
  const bytes = typeof secret === "string" ? Buffer.from(secret) : secret;
  if (!(bytes instanceof Uint8Array)) throw unfit("secret", wanted, `a ${typeof secret}`);
  // Whoever knows a public key could sign with it, if it were taken for a secret.
  if (Buffer.from(bytes).includes("-----BEGIN")) throw unfit("secret", `${wanted}; use publicKey for PEM`, "a PEM key");
  if (Buffer.from(bytes).toString().trim() === "") throw unfit("secret", wanted, "blank");
  return bytes;
}

function readUrl(given: unknown): URL {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw unfit("jwksUrl", "the URL of a JSON Web Key Set", describe(String(given)));
}

function readPublicKey(given: unknown): KeyObject {
  const wanted = "a public key as PEM text (SPKI), a certificate, or a KeyObject";
  try {
    if (given instanceof KeyObject) return given.type === "public" ? given : createPublicKey(given);
    if (typeof given === "string") return createPublicKey(given);
  } catch {
    // OpenSSL's words for it ("DECODER routines::unsupported") help nobody.
  }
  throw unfit("publicKey", wanted, typeof given === "string" ? "text that is none" : `a ${typeof given}`);
}

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): readonly string[] {
  if (type === "ed25519") return ED25519;
  const curve = BY_CURVE[details?.namedCurve ?? ""];
  if (type === "ec" && curve !== undefined) return curve;
  if ((type === "rsa" || type === "rsa-pss") && (details?.modulusLength ?? 0) >= LEAST_RSA_BITS) {
    return type === "rsa" ? RSA : RSA_PSS;
  }
  const bits = details?.modulusLength === undefined ? "" : ` of ${details.modulusLength} bits`;
  const wanted = `RSA of ${LEAST_RSA_BITS} bits or more, EC P-256, P-384 or P-521, or Ed25519`;
  throw unfit("publicKey", wanted, `${type} ${details?.namedCurve ?? ""}${bits}`.trim());
}

/** Hardly ever a choice: a variable of the environment is missing. */
function nothingGiven(): ApnsVoipError {
  const message = "one of secret, jwksUrl and publicKey is needed; none was given (is JWT_SECRET set?)";
  return new ApnsVoipError("INVALID_OPTIONS", `bearerAuth: ${message}`, { issues: [{ path: "secret", message }] });
}

function unfit(path: string, wanted: string, given: string): ApnsVoipError {
  return invalidOption("bearerAuth", path, wanted, given);
}
