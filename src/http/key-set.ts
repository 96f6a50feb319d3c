import { networkCause } from "../internal/network-cause.js";

/** Google publishes the same keys in two forms, as a map of certificates and as a key set. */
const KEY_SETS_OF_MAPS: readonly (readonly [map: string, keySet: string])[] = [
  ["/robot/v1/metadata/x509/", "/service_accounts/v1/jwk/"],
  ["/oauth2/v1/certs", "/oauth2/v3/certs"],
];

/**
 * Fetches a JSON Web Key Set. Where the URL gives something else, the error says what that is: it goes to the log, for those
 * who set the URL.
 */
export async function fetchKeySet(url: string, init: RequestInit): Promise<Response> {
  const response = await globalThis.fetch(url, init).catch(error => {
    throw noKeys(url, networkCause(error), error);
  });
  if (response.status !== 200) throw noKeys(url, `it answers ${response.status}`);
  const text = await response.text();
  const problem = problemOf(text, url);
  if (problem !== undefined) throw noKeys(url, problem);
  return new Response(text, { status: 200, headers: { "content-type": "application/json" } });
}

function problemOf(text: string, url: string): string | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "it answers with something else than JSON";
  }
  if (typeof body !== "object" || body === null) return "it answers with JSON that is no key set";
  const { keys, jwks_uri: uri } = body as { readonly keys?: unknown; readonly jwks_uri?: unknown };
  if (Array.isArray(keys) && keys.every(key => typeof key === "object" && key !== null)) return undefined;
  if (typeof uri === "string") return `it is an OpenID configuration; give its jwks_uri, ${shown(uri)}, as jwksUrl`;
  const values = Object.values(body);
  const isMap = values.length > 0 && values.every(value => typeof value === "string" && value.includes("BEGIN CERT"));
  if (!isMap) return "it answers with JSON that is no key set";
  const [map, keySet] = KEY_SETS_OF_MAPS.find(([map]) => url.includes(map)) ?? [];
  const instead =
    map === undefined ? "the URL of the same keys as a JSON Web Key Set" : shown(url.replace(map, keySet!));
  return `it is a map of certificates, as Firebase publishes one; give ${instead} as jwksUrl`;
}

function noKeys(url: string, why: string, cause?: unknown): Error {
  return new Error(`no keys to verify logins with from ${shown(url)}: ${why}`, { cause });
}

/** A URL without its query, which may hold a secret. */
function shown(url: string): string {
  if (!URL.canParse(url)) return "a URL that is none";
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
