import type { Environment } from "../environment.js";
import type { ApnsVoipError } from "../errors.js";
import type { PushType } from "./push-types.js";
import type { ApnsReason, Disposition } from "./reasons.js";

/** One push to one device. */
export interface ApnsPush {
  /** Hex of the token's bytes: even, 32 to 400 digits. Upper case and `<ab cd>` are cleaned. */
  readonly deviceToken: string;
  /** One of Apple's eleven types. */
  readonly pushType: PushType;
  /** Default: from the client's `bundleId` and the push type's suffix, `.voip` for a call; `mdm` has no default. */
  readonly topic?: string | undefined;
  /** Anything that becomes a JSON object of at most 5120 UTF-8 bytes (`voip`) or 4096 (all others). */
  readonly payload: object;
  /** Default: the client's `environment`. */
  readonly environment?: Environment | undefined;
  /**
   * Until when Apple may store the push. `0`: one try, no storage. Default: `0` for `voip` and `pushtotalk`, in 24 hours for
   * `alert`; the others have none, so Apple's own policy applies.
   *
   * @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
   */
  readonly expiration?: Date | 0 | undefined;
  /** Default: 10, and 5 for `background`, which Apple refuses with 10. */
  readonly priority?: 10 | 5 | 1 | undefined;
  /** At most 64 characters of printable ASCII, without blanks at its ends. */
  readonly collapseId?: string | undefined;
  /** A UUID; default: a new one. Retries of this push carry the same. */
  readonly apnsId?: string | undefined;
}

export interface ApnsSendOptions {
  /** Epoch milliseconds after which nothing is started any more. Default: 30 seconds from now. */
  readonly deadline?: number | undefined;
  /**
   * What to do when a push may or may not have reached Apple: `"report"` (default) it as `unknown`, or `"resend"` it
   * once, which may deliver it twice.
   */
  readonly onUnknown?: "report" | "resend" | undefined;
  /** Your own abort: `send` rejects with its reason. What has left cannot be called back. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Cancels what has not left: a push that still waits is `unsent`, code `CANCELLED`. One that has left goes on to its
   * outcome, because that is the truth about it, and is not tried again. Unlike `signal`, `send` resolves.
   */
  readonly cancel?: AbortSignal | undefined;
  /** For whom the push is, and for which call: it goes into the events about the push, and nowhere else. */
  readonly about?: { readonly toUserId?: string | undefined; readonly callId?: string | undefined } | undefined;
  /** Called each time an attempt leaves for Apple. */
  readonly onLeft?: (() => void) | undefined;
}

/**
 * What became of a push; exactly one of four, and it is true.
 *
 * - `accepted`: Apple took it. Not: delivered. Nobody is told whether a phone got it.
 * - `rejected`: Apple refused it, and says why.
 * - `unsent`: Apple provably did not process it. Safe to send again.
 * - `unknown`: it left, and no answer came. It may have rung.
 */
export type ApnsResult = {
  readonly apnsId: string;
  readonly environment: Environment;
  /** How often it left for Apple. */
  readonly attempts: number;
} & (
  | { readonly outcome: "accepted" /** Sandbox only: look it up in Apple's console. */; readonly apnsUniqueId?: string }
  | {
      readonly outcome: "rejected";
      readonly status: number;
      readonly reason: ApnsReason;
      /**
       * From the push service: what the first environment answered, where `reason` is what the trial in the other one met, a
       * fault of the credentials.
       */
      readonly firstReason?: ApnsReason;
      /** With 410: since when Apple knows the token to be inactive. */
      readonly timestamp?: Date;
      /** With `ExpiredProviderToken`: our clock minus Apple's, in milliseconds. */
      readonly clockSkew?: number;
      readonly disposition: Disposition;
    }
  | { readonly outcome: "unsent"; readonly error: ApnsVoipError }
  | { readonly outcome: "unknown"; readonly error: ApnsVoipError }
);
