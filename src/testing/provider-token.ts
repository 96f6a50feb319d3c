import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import type { Activity } from "./clock.js";
import type { KeyRing, RegisteredKey } from "./keys.js";
import { header, type RequestHead } from "./request.js";

/** What a provider token is, judged without the time and the connection. */
export type ProviderTokenCheck =
  | { readonly kind: "missing" }
  | { readonly kind: "invalid" }
  | { readonly kind: "signed"; readonly text: string; readonly key: RegisteredKey; readonly issuedAt: number };

const INVALID: ProviderTokenCheck = { kind: "invalid" };

/**
 * Checks the `authorization` header: scheme, algorithm, key id, team id, signature, and an `iat` in whole seconds. A
 * signature is checked once; later requests with the same bytes take the answer from memory.
 */
export function createProviderTokenVerifier(
  keys: KeyRing,
  activity: Activity,
): (head: RequestHead) => Promise<ProviderTokenCheck> {
  const verified = new Map<string, Promise<ProviderTokenCheck>>();

  return async head => {
    const [scheme, text] = (header(head, "authorization") ?? "").trim().split(/\s+/, 2);
    if (!scheme || (scheme.toLowerCase() === "bearer" && !text)) return { kind: "missing" };
    if (scheme.toLowerCase() !== "bearer" || !text) return INVALID;
    let check = verified.get(text);
    if (check === undefined) {
      activity.pending += 1;
      check = verify(text, keys)
        .catch(() => INVALID)
        .finally(() => {
          activity.pending -= 1;
        });
      verified.set(text, check);
    }
    const result = await check;
    // The key may have been revoked since the signature was checked.
    return result.kind === "signed" && keys.get(result.key.keyId) !== result.key ? INVALID : result;
  };
}

async function verify(text: string, keys: KeyRing): Promise<ProviderTokenCheck> {
  const { alg, kid } = decodeProtectedHeader(text);
  const { iss, iat } = decodeJwt(text);
  const key = keys.get(kid ?? "");
  if (alg !== "ES256" || key === undefined || iss !== key.teamId || !Number.isInteger(iat)) return INVALID;
  await compactVerify(text, key.publicKey, { algorithms: ["ES256"] });
  return { kind: "signed", text, key, issuedAt: Number(iat) * 1000 };
}
