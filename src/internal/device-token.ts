import { withoutPercentSigns } from "./percent-signs.js";

/** A device token as it is stored and sent, or what is wrong with the text. The problem never quotes the text. */
export type DeviceTokenReading =
  | { readonly token: string; readonly problem?: undefined }
  | { readonly token?: undefined; readonly problem: string };

/** Hex digits of a token at least. */
const MIN_DIGITS = 32;
/** Hex digits of a token at most. */
const MAX_DIGITS = 400;
const DIGITS = /^[0-9a-f]+$/;
const WANTED = `wanted the APNs device token as ${MIN_DIGITS} to ${MAX_DIGITS} hex digits`;
/** Numbers, some of three digits: those of hex come in pairs. */
const DECIMAL = /^\[?\s*(?=.*\b\d{3}\b)(?:-?\d{1,3}[\s,;]+){15,}-?\d{1,3}\s*\]?$/s;
const UUID = /^[{(]?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[)}]?$/i;

/** What people send instead of a token. The first that fits is named, so the surest signs come first. */
const MISTAKEN_FOR_A_TOKEN: readonly (readonly [looks: RegExp, hint: string])[] = [
  [
    /^expo(nent)?pushtoken\[/i,
    "got an Expo push token; use the native one (expo-notifications getDevicePushTokenAsync, or PushKit's for calls)",
  ],
  [
    /^\{\s*length\s*=|^(?:optional\()?\d+ bytes\)?$/i,
    "got the description of a Data object, which iOS 13 and later cut short; send its bytes as hex",
  ],
  [UUID, "got a UUID, which names a device and is no token; it goes into deviceId"],
  [DECIMAL, "got bytes in decimal; send the same bytes as hex"],
  [/^\[object \w+\]$/, "got what JavaScript makes of an object; send the bytes of the token as hex"],
  // A log that shows the first and the last digits would otherwise give a token that is none.
  [/^(?!.*[0-9a-f]{64}).*(?:\.{3}|\u2026|\*{3})/is, "got a shortened token, as logs show it; send all of its digits"],
];

/** What the text may be when no token could be read from it. */
const LOOKS_LIKE: readonly (readonly [looks: RegExp, hint: string])[] = [
  // A registration token of Firebase is an instance id, a colon, and about 140 characters; older ones have no colon.
  [
    /^[\w-]+:[\w-]*$|^(?=.*[^0-9a-f])[\w-]{140,}$/i,
    "got what looks like an FCM registration token; send the token that iOS itself gives",
  ],
  [/^(?=.*[^0-9a-f])[A-Za-z0-9+/_-]{40,}={0,2}$/i, "got what looks like base64; send the same bytes as hex"],
];

const ALONE = "send the hex digits alone";

/** Labels that say that a token is of the other kind. */
const OTHER_KIND: Readonly<Record<"voip" | "alert", RegExp>> = {
  voip: /remote|alert|notification/i,
  alert: /voip|pushkit/i,
};

/**
 * Reads a device token from outside. Its length is Apple's affair and not fixed. What is certain is taken: digits in upper
 * case, with anything between or around them that is neither letter nor digit, and the one token beside a label (`apns:…`, JSON).
 * `kind`: which of a phone's two tokens it is to be, for labels that say the other.
 *
 * @see https://developer.apple.com/documentation/usernotifications/registering-your-app-with-apns
 */
export function readDeviceToken(text: unknown, kind?: "voip" | "alert"): DeviceTokenReading {
  if (typeof text !== "string") {
    const what = text === null ? "null" : typeof text;
    return { problem: `${WANTED}, got ${what}${what === "object" ? "; send the bytes of the token as hex" : ""}` };
  }
  // Most tokens need no cleaning, and none that comes out of a store.
  if (DIGITS.test(text)) return readDigits(text);
  // The digits of a percent sign are none of the token's.
  const cleaned = withoutPercentSigns(text).trim();
  const mistaken = hintOf(MISTAKEN_FOR_A_TOKEN, cleaned);
  if (mistaken !== undefined) return { problem: `${WANTED}, ${mistaken}` };

  const digits = cleaned
    .replaceAll(/[0\\]x/gi, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
  if (digits === "") return { problem: `${WANTED}, got nothing` };
  return DIGITS.test(digits) ? readDigits(digits) : readLabelled(cleaned, kind);
}

function readDigits(digits: string): DeviceTokenReading {
  const { length } = digits;
  if (length % 2 !== 0) return { problem: `${WANTED}, two for each byte, got ${length}, an odd number` };
  if (length < MIN_DIGITS || length > MAX_DIGITS) return { problem: `${WANTED}, got ${length}` };
  // An app that appends to its text when iOS gives it the token again.
  if (length === 128 && digits.startsWith(digits.slice(64)) && isVaried(digits)) {
    return { problem: `${WANTED}, got the same digits twice: send them once` };
  }
  if (isHexOfText(digits)) {
    return { problem: `${WANTED}, got the hex of a text: the token was written as hex twice; send its own digits` };
  }
  return { token: digits };
}

/**
 * True for hex of text instead of hex of a token. A token's bytes are random: 32 or more that are all printable
 * characters, or 16 or more that are all codes of hex digits, come by chance less than once in 10 ** 13 tokens.
 */
function isHexOfText(digits: string): boolean {
  if (!PRINTABLE.test(digits) || (digits.length < 64 && !CODES_OF_DIGITS.test(digits))) return false;
  return isVaried(digits);
}

/** Somebody who types a token for a test repeats a few bytes. Such a token is taken. */
function isVaried(digits: string): boolean {
  return new Set(digits.match(/../g)).size > 3;
}

const PRINTABLE = /^(?:[2-6][0-9a-f]|7[0-9a-e])+$/;
const CODES_OF_DIGITS = /^(?:3[0-9]|[46][1-6])+$/;

/** A token with something else beside it: taken if it is the only one, and nothing says that it is of the other kind. */
function readLabelled(text: string, kind: "voip" | "alert" | undefined): DeviceTokenReading {
  const found = new Set(text.match(/(?<![0-9a-z])[0-9a-f]{64,400}(?![0-9a-z])/gi)?.map(token => token.toLowerCase()));
  const [token] = found;
  if (token === undefined) {
    const hint = hintOf(LOOKS_LIKE, text) ?? "got characters that are not hex digits";
    return { problem: `${WANTED}, ${hint}` };
  }
  if (found.size > 1) return { problem: `${WANTED}, got ${found.size} tokens in one text: ${ALONE}` };
  const label = text.replaceAll(new RegExp(token, "gi"), "");
  if (label.length > 100 || /[0-9a-f]{16,}/i.test(label)) {
    return { problem: `${WANTED}, got other text beside it: ${ALONE}` };
  }
  if (kind !== undefined && OTHER_KIND[kind].test(label)) {
    return {
      problem: `${WANTED}, got one that is labelled as the phone's other token: ${ALONE}, each in its own field`,
    };
  }
  return readDigits(token);
}

function hintOf(looks: typeof LOOKS_LIKE, text: string): string | undefined {
  return looks.find(([pattern]) => pattern.test(text))?.[1];
}
