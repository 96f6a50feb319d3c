import type { errors, JWTPayload } from "jose";
import { listOf } from "../internal/list-of.js";
import { isNothing } from "../internal/nothing.js";
import { checkOptions, type OptionChecks, range, wants } from "../internal/options.js";
import { readUserId } from "../user-id.js";
import { type AuthenticateByHeader, authenticateBy, type Refusal } from "./authenticate.js";
import { keyIssues, type VerificationKeyOptions, verificationKeyOf } from "./verification-key.js";

/** Everything `bearerAuth` takes: exactly one of `secret`, `jwksUrl` and `publicKey`, and what else must hold. */
export type BearerAuthOptions = VerificationKeyOptions & {
  /** The claim that holds the user's id, text or an integer. Default: `"sub"`. */
  readonly userIdClaim?: string | undefined;
  /** What `iss` must be. Default: anything. */
  readonly issuer?: string | readonly string[] | undefined;
  /** What `aud` must be, or hold. Default: anything. */
  readonly audience?: string | readonly string[] | undefined;
  /** Which of the algorithms that the kind of key allows are taken. Default: all of them. */
  readonly algorithms?: readonly string[] | undefined;
  /**
   * Seconds by which the clocks of two servers may differ: an `exp` or `nbf` that is off by so much counts. Default: 60. Bounds:
   * 0 to 86400.
   */
  readonly clockTolerance?: number | undefined;
};

const CHECKS: OptionChecks<BearerAuthOptions> = {
  // The three are judged together, because exactly one of them is wanted.
  secret: () => [],
  jwksUrl: () => [],
  publicKey: () => [],
  algorithms: () => [],
  userIdClaim: wants("the name of a claim", given => typeof given === "string" && given !== ""),
  issuer: wants("text, or a list of texts", isTexts),
  audience: wants("text, or a list of texts", isTexts),
  clockTolerance: range("seconds", 0, 86_400),
};

/**
 * What the log says of a refused token, by jose's error code. Any other error is no fault of the token (the JWKS is out
 * of reach, for example), and is thrown.
 */
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
 * Authenticates by the JSON Web Token in `Authorization: Bearer`, verified by jose. Expired tokens are refused, and still name
 * their user to a phone that gives its token back; a token without `exp` is good until the secret or key changes: let what signs
 * the logins set one.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 * @example
 * ```ts
 * bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });
 * ```
 */
export function bearerAuth(options: BearerAuthOptions): AuthenticateByHeader {
  checkOptions("bearerAuth", options, CHECKS, keyIssues);
  const { userIdClaim = "sub", clockTolerance = 60 } = options;
  const key = verificationKeyOf(options);
  const rules = {
    clockTolerance,
    ...(options.issuer !== undefined && { issuer: [...listOf(options.issuer)] }),
    ...(options.audience !== undefined && { audience: [...listOf(options.audience)] }),
  };
  // jose begins to load here, so that hardly any login waits for it. A program that only sends pushes never loads it.
  const verifier = import("./token-verifier.js").then(({ createTokenVerifier }) => createTokenVerifier(key, rules));

  return authenticateBy(async header => {
    if (header === null) return { refused: "no token" };
    const token = header.match(BEARER)?.[1];
    if (token === undefined)
      return { refused: isBareToken(header) ? "no Bearer before the token" : "not a Bearer token" };
    if (isNothing(token)) return { refused: `no token: the header says Bearer ${token}` };
    let claims: JWTPayload;
    try {
      const verify = await verifier;
      claims = await verify(token);
    } catch (error) {
      return refusalOf(error, userIdClaim);
    }
    const id = claims[userIdClaim];
    const { userId, problem } = readUserId(id);
    if (userId !== undefined) return { userId };
    return { refused: `no user id in claim ${userIdClaim}${typeof id === "number" ? `: it ${problem}` : ""}` };
  });
}

/** Apps also say Bearer twice, put a colon behind it, or quote the token. */
const BEARER = /^(?:bearer\b:?\s*)+(?:(?<=\s)"?([^\s"]+)"?)\s*$/i;

function isBareToken(header: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(header);
}

/** @throws Errors that are no fault of the token, such as a JWKS out of reach. */
function refusalOf(error: unknown, userIdClaim: string): Refusal {
  const { code, claim, payload } = error as Partial<errors.JWTExpired>;
  if (code === undefined || !Object.hasOwn(REFUSALS, code)) throw error;
  const refused = REFUSALS[code]!;
  // jose checks the time last, so the signature, the issuer and the audience are good.
  if (code === "ERR_JWT_EXPIRED") return { refused, expiredUserId: readUserId(payload?.[userIdClaim]).userId };
  return { refused: claim === undefined ? refused : `${refused} ${claim}` };
}

function isTexts(given: unknown): boolean {
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  return texts.length > 0 && texts.every(text => typeof text === "string" && text !== "");
}
