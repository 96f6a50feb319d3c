import type { ApnsVoipIssue } from "../errors.js";
import { isKeyText } from "../internal/key-text.js";
import { wrong } from "../internal/options.js";
import { PUSH_TYPES } from "./push-types.js";

/** True for what can be an app's bundle id. The `.voip` of a topic is no part of it. */
export function isBundleId(given: unknown): given is string {
  return typeof given === "string" && /^[A-Za-z0-9.-]{1,155}$/.test(given) && !isTopic(given) && !isToken(given);
}

/** True for a device token in the place of a bundle id. Logs show a push's topic in whole, and a device token never. */
export function isToken(given: string): boolean {
  return /^[0-9a-f]{32,}$/i.test(given);
}

/** True for a bundle id with the suffix of VoIP topics behind it. */
function isTopic(given: string): boolean {
  return given.endsWith(PUSH_TYPES.voip.suffix);
}

/** The option that names one app. */
export function checkBundleId(given: unknown, path: string): readonly ApnsVoipIssue[] {
  if (given === undefined) return [];
  if (typeof given === "string" && isTopic(given))
    return [wrong(path, "the bundle id without .voip, which is added for VoIP pushes", given)];
  // A key without its dashes may look like a bundle id.
  return isBundleId(given) && !isKeyText(given)
    ? []
    : [wrong(path, "the app's bundle id, for example com.example.app", given)];
}

/** The option that names all apps. */
export function checkBundleIds(given: unknown, path: string): readonly ApnsVoipIssue[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0) return [wrong(path, "a list of bundle ids", given)];
  return given.flatMap((bundleId, index) =>
    bundleId === undefined
      ? [wrong(`${path}[${index}]`, "a bundle id", bundleId)]
      : checkBundleId(bundleId, `${path}[${index}]`),
  );
}
