import { PUSH_TYPES } from "./push-types.js";

/** True for what can be an app's bundle id. The `.voip` of a topic is no part of it. */
export function isBundleId(given: unknown): given is string {
  return typeof given === "string" && /^[A-Za-z0-9.-]{1,155}$/.test(given) && !isTopic(given) && !isToken(given);
}

/** True for a bundle id with the suffix of VoIP topics behind it. */
export function isTopic(given: string): boolean {
  return given.endsWith(PUSH_TYPES.voip.suffix);
}

/** True for a device token in the place of a bundle id. Logs show a push's topic in whole, and a device token never. */
export function isToken(given: string): boolean {
  return /^[0-9a-f]{32,}$/i.test(given);
}
