import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from "jose";
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

export function createTokenVerifier({ key, jwksUrl, algorithms }: VerificationKey, given: TokenRules): TokenVerifier {
  const rules = { ...given, algorithms: [...algorithms] };
  const keySet = jwksUrl && createRemoteJWKSet(jwksUrl, { [customFetch]: fetchKeySet });
  return async token => (keySet ? await jwtVerify(token, keySet, rules) : await jwtVerify(token, key!, rules)).payload;
}
