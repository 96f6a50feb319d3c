import type { JWTPayload } from "jose";
import { readUserId } from "../user-id.js";
import { type AuthenticateByHeader, authenticateBy } from "./authenticate.js";
import { type VerificationKeyOptions, verificationKeyOf } from "./verification-key.js";

/** Everything `bearerAuth` takes: exactly one of `secret`, `jwksUrl` and `publicKey`, and what else must hold. */
export type BearerAuthOptions = VerificationKeyOptions & {
  /** The claim that holds the user's id, text or an integer. Default: `"sub"`. */
  readonly userIdClaim?: string | undefined;
  /** What `iss` must be. Default: anything. */
  readonly issuer?: string | readonly string[] | undefined;
  /** What `aud` must be, or hold. Default: anything. */
  readonly audience?: string | readonly string[] | undefined;
  /** Fewer than the kind of key allows. */
  readonly algorithms?: readonly string[] | undefined;
};

/** Why a token was refused, for the log. What is not here is no fault of the token (a JWKS out of reach) and is thrown. */
const REFUSALS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "wrong signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm not allowed",
  ERR_JOSE_NOT_SUPPORTED: "algorithm not supported",
  ERR_JWKS_NO_MATCHING_KEY: "signed with an unknown key",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "wrong claim",
  ERR_JWS_INVALID: "malformed",
  ERR_JWT_INVALID: "malformed",
};

/**
 * Authenticates by the JSON Web Token in `Authorization: Bearer`. Expired tokens are refused; a token without `exp` is not,
 * and is good until the secret or key changes: let what signs the logins set one.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 * @example
 * ```ts
 * bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
 * ```
 */
export function bearerAuth(options: BearerAuthOptions): AuthenticateByHeader {
  const { userIdClaim = "sub" } = options;
  const key = verificationKeyOf(options);
  const rules = {
    ...(options.issuer !== undefined && { issuer: listOf(options.issuer) }),
    ...(options.audience !== undefined && { audience: listOf(options.audience) }),
  };
  // Begun here, so that no login waits for it; jose is not imported above, so that a program that only sends does without.
  const verifier = import("./token-verifier.js").then(({ createTokenVerifier }) => createTokenVerifier(key, rules));

  return authenticateBy(async header => {
    const token = header?.match(/^bearer +(\S+)$/i)?.[1];
    if (token === undefined) return { refused: header === null ? "no token" : "not a Bearer token" };
    let claims: JWTPayload;
    try {
      const verify = await verifier;
      claims = await verify(token);
    } catch (error) {
      return { refused: reasonOf(error) };
    }
    const { userId } = readUserId(claims[userIdClaim]);
    return userId === undefined ? { refused: `no user id in claim ${userIdClaim}` } : { userId };
  });
}

function reasonOf(error: unknown): string {
  const { code, claim } = error as { readonly code?: string; readonly claim?: string };
  if (code === undefined || !Object.hasOwn(REFUSALS, code)) throw error;
  return claim === undefined || code === "ERR_JWT_EXPIRED" ? REFUSALS[code]! : `${REFUSALS[code]} ${claim}`;
}

function listOf(value: string | readonly string[]): string[] {
  return typeof value === "string" ? [value] : [...value];
}
