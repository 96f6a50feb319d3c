import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import { verifyShared } from "./shared-secret.js";
import type { VerificationKey } from "./verification-key.js";

/** What must hold of a token besides its signature. */
export interface TokenRules {
  readonly issuer?: string[];
  readonly audience?: string[];
}

/** Gives a token's claims; rejects with jose's errors. */
export type TokenVerifier = (token: string) => Promise<JWTPayload>;

export function createTokenVerifier(verification: VerificationKey, given: TokenRules): TokenVerifier {
  const { key, jwksUrl } = verification;
  const rules = { ...given, algorithms: [...verification.algorithms] };
  if (key instanceof Uint8Array) return async token => verifyShared(token, key, rules);
  const keySet = jwksUrl && createRemoteJWKSet(jwksUrl);
  return async token => (keySet ? await jwtVerify(token, keySet, rules) : await jwtVerify(token, key!, rules)).payload;
}
