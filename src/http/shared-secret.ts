import { createHmac, timingSafeEqual } from "node:crypto";
import {
  base64url,
  decodeProtectedHeader,
  errors,
  type JWTClaimVerificationOptions,
  type JWTPayload,
  UnsecuredJWT,
} from "jose";

/** By the algorithm that a token's header names. */
const HASHES: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

/**
 * The claims of a token that is signed with a shared secret, as `jwtVerify` of jose gives them. jose has the signature
 * checked on another thread, and to wake that takes many times as long as an HMAC of so few bytes. So only that is done
 * here; jose reads the header, and judges the claims as if there were no signature.
 *
 * @throws jose's errors.
 */
export function verifyShared(
  token: string,
  secret: Uint8Array,
  { algorithms, ...rules }: JWTClaimVerificationOptions & { readonly algorithms: readonly string[] },
): JWTPayload {
  const header = headerOf(token);
  const { alg = "none" } = header;
  if (!algorithms.includes(alg) || !Object.hasOwn(HASHES, alg)) throw new errors.JOSEAlgNotAllowed();
  const end = token.lastIndexOf(".");
  const expected = createHmac(HASHES[alg]!, secret).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new errors.JWSSignatureVerificationFailed();
  }
  const unsigned = base64url.encode(JSON.stringify({ ...header, alg: "none" }));
  return UnsecuredJWT.decode(`${unsigned}${token.slice(token.indexOf("."), end)}.`, rules).payload;
}

function headerOf(token: string) {
  try {
    return decodeProtectedHeader(token);
  } catch (cause) {
    throw new errors.JWSInvalid(undefined, { cause });
  }
}
