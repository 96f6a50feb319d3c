import { createSecretKey, type KeyObject } from "node:crypto";
import type { ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { wrong } from "../internal/options.js";
import { readPublicKey } from "./public-key.js";

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
      /**
       * The public key, or a certificate, as PEM or DER; `\n` written out, quotes and base64 of either are read, too. RSA (2048
       * bits or more), EC P-256, P-384, P-521, or Ed25519.
       */
      readonly publicKey: string | Uint8Array | KeyObject | undefined;
      readonly secret?: undefined;
      readonly jwksUrl?: undefined;
    };

/** What tokens are verified with, and by which algorithms. */
export interface VerificationKey {
  /** Pinned by the kind of key, so that nobody can pass a public key off as a shared secret. */
  readonly algorithms: readonly string[];
  readonly key?: KeyObject;
  readonly jwksUrl?: URL;
}

type WithAlgorithms = VerificationKeyOptions & { readonly algorithms?: readonly string[] | undefined };

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
/** Bits of an RSA key at least. */
const LEAST_RSA_BITS = 2048;

/** What is wrong with the options of the key. No part of a key is repeated. */
export function keyIssues({ secret, jwksUrl, publicKey, algorithms }: WithAlgorithms): readonly ApnsVoipIssue[] {
  const given = [secret, jwksUrl, publicKey].filter(value => value !== undefined).length;
  // No key at all is hardly ever meant: most likely a variable of the environment is missing.
  if (given === 0) return [wrong("secret", "one of secret, jwksUrl and publicKey (is JWT_SECRET set?)", undefined)];
  if (given > 1) return [wrong("secret", "exactly one of secret, jwksUrl and publicKey", given, `${given} of them`)];
  if (secret !== undefined) return [...secretIssues(secret), ...algorithmIssues(SHARED, algorithms)];
  if (jwksUrl !== undefined) return [...urlIssues(jwksUrl), ...algorithmIssues(PUBLISHED, algorithms)];
  const { key, problem } = readPublicKey(publicKey);
  if (key === undefined) {
    return [wrong("publicKey", "a public key as PEM text (SPKI), a certificate, or a KeyObject", publicKey, problem)];
  }
  const allowed = algorithmsOf(key);
  return allowed === undefined ? [weakKey(key)] : algorithmIssues(allowed, algorithms);
}

/** The key, of options in which `keyIssues` finds nothing wrong. */
export function verificationKeyOf({ secret, jwksUrl, publicKey, algorithms }: WithAlgorithms): VerificationKey {
  if (secret !== undefined) {
    return { algorithms: algorithms ?? SHARED, key: createSecretKey(Buffer.from(secret as string)) };
  }
  if (jwksUrl !== undefined) return { algorithms: algorithms ?? PUBLISHED, jwksUrl: new URL(jwksUrl) };
  const key = readPublicKey(publicKey).key as KeyObject;
  return { algorithms: algorithms ?? algorithmsOf(key) ?? [], key };
}

function algorithmIssues(allowed: readonly string[], algorithms: readonly string[] | undefined): ApnsVoipIssue[] {
  if (algorithms === undefined) return [];
  const isList = Array.isArray(algorithms) && algorithms.length > 0;
  if (isList && algorithms.every(algorithm => allowed.includes(algorithm))) return [];
  const shown = isList ? algorithms.map(algorithm => String(algorithm)).join(", ") : describe(algorithms);
  return [wrong("algorithms", `some of ${allowed.join(", ")}, which this kind of key allows`, algorithms, shown)];
}

function secretIssues(secret: unknown): ApnsVoipIssue[] {
  const wanted = "the secret that the tokens are signed with";
  const bytes = typeof secret === "string" ? Buffer.from(secret) : secret;
  if (!(bytes instanceof Uint8Array)) return [wrong("secret", wanted, secret, `a ${typeof secret}`)];
  // A public key is no secret: taken for one, it would let anybody sign.
  if (Buffer.from(bytes).includes("-----BEGIN")) {
    return [wrong("secret", `${wanted}; a PEM key goes into publicKey`, secret, "a PEM key")];
  }
  return Buffer.from(bytes).toString().trim() === "" ? [wrong("secret", wanted, secret, "blank")] : [];
}

function urlIssues(given: unknown): ApnsVoipIssue[] {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return [];
  return [wrong("jwksUrl", "the URL of a JSON Web Key Set", given, describe(String(given)))];
}

/** The algorithms of a key. Undefined for one that is too weak, or of a kind that no algorithm takes. */
function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  if (type === "ed25519") return ED25519;
  if (type === "ec") return BY_CURVE[details?.namedCurve ?? ""];
  if ((details?.modulusLength ?? 0) < LEAST_RSA_BITS) return undefined;
  return type === "rsa" ? RSA : type === "rsa-pss" ? RSA_PSS : undefined;
}

function weakKey(key: KeyObject): ApnsVoipIssue {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const bits = details?.modulusLength === undefined ? "" : ` of ${details.modulusLength} bits`;
  const wanted = `RSA of ${LEAST_RSA_BITS} bits or more, EC P-256, P-384 or P-521, or Ed25519`;
  return wrong("publicKey", wanted, key, `${type} ${details?.namedCurve ?? ""}${bits}`.trim());
}
