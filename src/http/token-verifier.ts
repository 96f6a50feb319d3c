import type { KeyObject, webcrypto } from "node:crypto";
import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { fetchKeySet } from "./key-set.js";
import type { VerificationKey } from "./verification-key.js";

/** What must hold of a token besides its signature. */
export interface TokenRules {
  readonly issuer?: string[];
  readonly audience?: string[];
  /** Seconds that two clocks may differ. */
  readonly clockTolerance: number;
}

/** Gives a token's claims; rejects with jose's errors. */
export type TokenVerifier = (token: string) => Promise<JWTPayload>;

export async function createTokenVerifier(
  { key, jwksUrl, algorithms }: VerificationKey,
  given: TokenRules,
): Promise<TokenVerifier> {
  const rules = { ...given, algorithms: [...algorithms] };
  if (key?.type === "public") return async token => (await jwtVerify(token, key, rules)).payload;
  const keyOf = jwksUrl
    ? createRemoteJWKSet(jwksUrl, { [customFetch]: fetchKeySet })
    : await keysOfSecret(key as KeyObject, algorithms);
  return async token => (await jwtVerify(token, keyOf, rules)).payload;
}

/** A key for each algorithm, made once: jose would import the secret anew for each token, which costs almost as much as the rest. */
async function keysOfSecret(secret: KeyObject, algorithms: readonly string[]): Promise<JWTVerifyGetKey> {
  const keys = new Map<string, webcrypto.CryptoKey>();
  for (const algorithm of algorithms) {
    const hash = algorithm.replace("HS", "SHA-");
    keys.set(
      algorithm,
      await crypto.subtle.importKey("raw", secret.export(), { name: "HMAC", hash }, false, ["verify"]),
    );
  }
  // jose has refused other algorithms by now.
  return ({ alg }) => keys.get(alg) as webcrypto.CryptoKey;
}
