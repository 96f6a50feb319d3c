import { type ApnsReason, BROADCAST_REASONS, type Disposition, factsOf, REASONS } from "../apns/reasons.js";
import type { ApnsVoipErrorCode } from "../errors.js";
import { FAILURE_TEXTS } from "./catalogue/failures.js";
import type { FailureText } from "./failure-text.js";
import type { Language } from "./language.js";
import { NETWORK_ERROR_ALIASES, type NetworkErrorCode } from "./network-errors.js";
import { type ExplainedKey, SURENESS, type Sureness } from "./sureness.js";

export type { Language } from "./language.js";
export type { Sureness } from "./sureness.js";

/** What a failure means and what to do about it, in one language. Texts may hold `code` in backticks. */
export interface Explanation {
  /** The reason that was asked for. */
  readonly reason: string;
  /** The HTTP status that comes with it. Absent for errors that are no answer of Apple's. */
  readonly status?: number;
  readonly meaning: string;
  /** The likely one first; never empty. */
  readonly causes: readonly string[];
  /** How to find out which cause it is; never empty. */
  readonly confirm: readonly string[];
  readonly remedy: string;
  /** What this library did about it before it reported it. */
  readonly whatWeDid: string;
  /** What the sender should do. Absent for errors that are no answer of Apple's. */
  readonly disposition?: Disposition;
  /** How sure the causes are. */
  readonly sureness: Sureness;
  /** What is contested, or worth knowing besides. */
  readonly note?: string;
}

export interface ExplainReasonOptions {
  /** Default `"en"`, also for a language that is not there. */
  readonly lang?: Language | undefined;
  /** The HTTP status it came with: tells what to do about a reason that is not known. */
  readonly status?: number | undefined;
}

/**
 * Explains a failure: one of Apple's reasons, an error code of this library, or a connection error of Node.js
 * (`ECONNREFUSED`, `CERT_HAS_EXPIRED`, ...). Never throws; about a reason that it does not know, it says so.
 *
 * @example
 * ```ts
 * import { explainReason } from "apns-voip";
 *
 * const { meaning, causes, remedy } = explainReason("BadDeviceToken", { lang: "ja" });
 * ```
 * @see https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
export function explainReason(
  reason: ApnsReason | ApnsVoipErrorCode | NetworkErrorCode,
  options: ExplainReasonOptions = {},
): Explanation {
  const lang = options.lang !== undefined && has(FAILURE_TEXTS, options.lang) ? options.lang : "en";
  const { text, sureness } = entryOf(reason, lang);
  const facts = factsAbout(reason, options.status);
  return {
    reason,
    ...(facts && { status: facts.status }),
    meaning: text.meaning,
    causes: [...text.causes],
    confirm: [...text.confirm],
    remedy: text.remedy,
    whatWeDid: text.whatWeDid,
    ...(facts && { disposition: facts.disposition }),
    sureness,
    ...(text.note && { note: text.note }),
  };
}

function entryOf(reason: string, lang: Language): { readonly text: FailureText; readonly sureness: Sureness } {
  const { known, broadcastReason, unknownReason } = FAILURE_TEXTS[lang];
  const key = has(NETWORK_ERROR_ALIASES, reason) ? NETWORK_ERROR_ALIASES[reason] : reason;
  if (isExplained(key)) return { text: known[key], sureness: SURENESS[key] };
  return BROADCAST_REASONS.some(one => one === reason)
    ? { text: broadcastReason, sureness: "inferred" }
    : { text: unknownReason, sureness: "undocumented" };
}

/** True for a reason or code that has a text under this very name. */
export function isExplained(reason: string): reason is ExplainedKey {
  return has(SURENESS, reason);
}

/** True for a reason or code that has a text, under this name or another name of the same error. */
export function isKnownFailure(reason: string): boolean {
  return isExplained(reason) || has(NETWORK_ERROR_ALIASES, reason);
}

function factsAbout(reason: string, status: number | undefined) {
  if (has(REASONS, reason)) return REASONS[reason];
  return status === undefined ? undefined : factsOf(status, reason);
}

function has<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}
