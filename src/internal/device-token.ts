/** What logs, events, errors and responses show of a device token: never more than its first 12 characters. */
export function tokenPrefix(token: string): string {
  return `${token.slice(0, 12)}...`;
}

/** Text that others wrote, an error message of a database for instance, with the device tokens in it shortened. */
export function withoutTokens(text: string): string {
  return text.replace(/[0-9a-f]{32,}/gi, tokenPrefix);
}

/** A device token fit to be stored and sent, or what is wrong with the text, in words that never repeat it. */
export type DeviceTokenReading =
  | { readonly token: string; readonly problem?: undefined }
  | { readonly token?: undefined; readonly problem: string };

const MIN_DIGITS = 32;
const MAX_DIGITS = 400;
const WELL_FORMED = new RegExp(`^(?:[0-9a-f]{2}){${MIN_DIGITS / 2},${MAX_DIGITS / 2}}$`);
const WANTED = `wanted the APNs device token as ${MIN_DIGITS} to ${MAX_DIGITS} hex digits`;

/** What people send instead of a token, the surest sign first. */
const MISTAKEN_FOR_A_TOKEN: readonly (readonly [looks: RegExp, hint: string])[] = [
  [
    /^expo(nent)?pushtoken\[/i,
    "got an Expo push token; use the native one (expo-notifications getDevicePushTokenAsync, or PushKit's for calls)",
  ],
  [
    /^\{\s*length\s*=/i,
    "got the description of a Data object, which iOS 13 and later cut short; send its bytes as hex",
  ],
  // A registration token of Firebase is an instance id, a colon, and about 140 characters; older ones have no colon.
  [
    /:|^(?=.*[^0-9a-f])[\w-]{140,}$/i,
    "got what looks like an FCM registration token; send the token that iOS itself gives",
  ],
  [/^(?=.*[^0-9a-f])[A-Za-z0-9+/_-]{40,}={0,2}$/i, "got what looks like base64; send the same bytes as hex"],
];

/**
 * Reads a device token from outside: lower-cased, and `<ab cd>` (how old iOS printed it) cleaned. Its length is Apple's
 * affair and not fixed.
 *
 * @see https://developer.apple.com/documentation/usernotifications/registering-your-app-with-apns
 */
export function readDeviceToken(text: unknown): DeviceTokenReading {
  if (typeof text !== "string") return { problem: `${WANTED}, got ${text === null ? "null" : typeof text}` };
  // Nearly every token, and every one that comes out of a store.
  if (WELL_FORMED.test(text)) return { token: text };
  const cleaned = text.trim();
  const hint = MISTAKEN_FOR_A_TOKEN.find(([looks]) => looks.test(cleaned))?.[1];
  if (hint !== undefined) return { problem: `${WANTED}, ${hint}` };

  const token = cleaned
    .replace(/^<(.*)>$/, "$1")
    .replaceAll(/\s/g, "")
    .toLowerCase();
  if (token === "") return { problem: `${WANTED}, got nothing` };
  if (!/^[0-9a-f]+$/.test(token)) return { problem: `${WANTED}, got characters that are not hex digits` };
  if (token.length % 2 !== 0) return { problem: `${WANTED}, two for each byte, got ${token.length}, an odd number` };
  if (token.length < MIN_DIGITS || token.length > MAX_DIGITS) return { problem: `${WANTED}, got ${token.length}` };
  return { token };
}
