/** What to do about a rejection. */
export type Disposition = "remove-device" | "try-other-environment" | "retry-later" | "fix-credentials" | "fix-request";

/**
 * How the client itself treats a reason before it reports it.
 *
 * - `again`: once more within the deadline, on another connection, with jitter, at most 3 attempts in all
 * - `again-same`: the same, on any connection: the limit is the device's, not the connection's
 * - `fresh-connection`: once more on a fresh connection
 * - `previous-token`: once more on a fresh connection with the previous period's provider token
 */
export type RetryRule = "again" | "again-same" | "fresh-connection" | "previous-token";

interface ReasonFacts {
  readonly status: number;
  readonly disposition: Disposition;
  readonly retry?: RetryRule;
}

/**
 * Every reason Apple documents for `/3/device`, and what we do about it. The texts are in `src/explain/`.
 *
 * @see https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
export const REASONS = {
  BadCollapseId: { status: 400, disposition: "fix-request" },
  BadDeviceToken: { status: 400, disposition: "try-other-environment" },
  BadExpirationDate: { status: 400, disposition: "fix-request" },
  BadMessageId: { status: 400, disposition: "fix-request" },
  BadPriority: { status: 400, disposition: "fix-request" },
  BadTopic: { status: 400, disposition: "fix-request" },
  DeviceTokenNotForTopic: { status: 400, disposition: "fix-request" },
  DuplicateHeaders: { status: 400, disposition: "fix-request" },
  IdleTimeout: { status: 400, disposition: "retry-later", retry: "again" },
  InvalidPushType: { status: 400, disposition: "fix-request" },
  MissingDeviceToken: { status: 400, disposition: "fix-request" },
  MissingTopic: { status: 400, disposition: "fix-request" },
  PayloadEmpty: { status: 400, disposition: "fix-request" },
  TopicDisallowed: { status: 400, disposition: "fix-request" },
  BadCertificate: { status: 403, disposition: "fix-credentials" },
  BadCertificateEnvironment: { status: 403, disposition: "fix-credentials" },
  ExpiredProviderToken: { status: 403, disposition: "fix-credentials", retry: "fresh-connection" },
  Forbidden: { status: 403, disposition: "fix-request" },
  InvalidProviderToken: { status: 403, disposition: "fix-credentials" },
  MissingProviderToken: { status: 403, disposition: "fix-credentials" },
  UnrelatedKeyIdInToken: { status: 403, disposition: "fix-credentials", retry: "fresh-connection" },
  // Apple documents the first spelling; its servers send the second.
  BadEnvironmentKeyIdInToken: { status: 403, disposition: "fix-credentials" },
  BadEnvironmentKeyInToken: { status: 403, disposition: "fix-credentials" },
  BadPath: { status: 404, disposition: "fix-request" },
  MethodNotAllowed: { status: 405, disposition: "fix-request" },
  ExpiredToken: { status: 410, disposition: "remove-device" },
  Unregistered: { status: 410, disposition: "remove-device" },
  PayloadTooLarge: { status: 413, disposition: "fix-request" },
  TooManyProviderTokenUpdates: { status: 429, disposition: "retry-later", retry: "previous-token" },
  TooManyRequests: { status: 429, disposition: "retry-later", retry: "again-same" },
  InternalServerError: { status: 500, disposition: "retry-later", retry: "again" },
  ServiceUnavailable: { status: 503, disposition: "retry-later", retry: "again" },
  Shutdown: { status: 503, disposition: "retry-later", retry: "again" },
} as const satisfies Record<string, ReasonFacts>;

/** Reasons of Apple's broadcast endpoints. Never an answer to a device push; kept so that the union is complete. */
export const BROADCAST_REASONS = [
  "FeatureNotEnabled",
  "MissingChannelId",
  "BadChannelId",
  "ChannelNotRegistered",
  "BadRequestParams",
  "BadRequestPayload",
  "MissingPushType",
  "CannotCreateChannelConfig",
  "TopicMismatch",
  "MissingChannelQueueSize",
] as const;

/** The reasons a device push can be refused with. */
export type KnownReason = keyof typeof REASONS;

/** Apple's string, as it came. A reason that is not known here passes through unharmed. */
export type ApnsReason = KnownReason | (typeof BROADCAST_REASONS)[number] | (string & {});

// A reason that this version does not know is treated by its status.
const BY_STATUS: Readonly<Record<number, ReasonFacts>> = {
  403: { status: 403, disposition: "fix-credentials" },
  410: { status: 410, disposition: "remove-device" },
  429: { status: 429, disposition: "retry-later", retry: "again-same" },
  500: { status: 500, disposition: "retry-later", retry: "again" },
  503: { status: 503, disposition: "retry-later", retry: "again" },
};

/** What to do about an answer: by its reason, or by its status where the reason is new or came with another status. */
export function factsOf(status: number, reason: string): ReasonFacts {
  const known: ReasonFacts | undefined = Object.hasOwn(REASONS, reason) ? REASONS[reason as KnownReason] : undefined;
  if (known !== undefined && known.status === status) return known;
  return BY_STATUS[status] ?? { status, disposition: status >= 500 ? "retry-later" : "fix-request" };
}
