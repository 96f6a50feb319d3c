import type { KnownReason } from "../apns/reasons.js";
import type { ApnsVoipErrorCode } from "../errors.js";
import { NETWORK_ERRORS, type NetworkErrorCode } from "./network-errors.js";

/**
 * How sure the causes are.
 *
 * - `documented`: Apple, Node.js or this library documents them
 * - `reported`: Apple staff or several independent reports name them
 * - `inferred`: deduced from what is documented; nobody has confirmed them
 * - `contested`: sources disagree; the note says on what
 * - `undocumented`: nobody says what causes it
 */
export type Sureness = "documented" | "reported" | "inferred" | "contested" | "undocumented";

/** Everything that can be explained: Apple's reasons, our error codes, connection errors. */
export type ExplainedKey = KnownReason | ApnsVoipErrorCode | NetworkErrorCode;

/** The error codes of this library. */
export const OWN_ERRORS: Readonly<Record<ApnsVoipErrorCode, Sureness>> = {
  INVALID_OPTIONS: "documented",
  INVALID_KEY: "documented",
  INVALID_PUSH: "documented",
  INVALID_DEVICE_TOKEN: "documented",
  PAYLOAD_TOO_LARGE: "documented",
  INVALID_CALL: "documented",
  INVALID_REGISTRATION: "documented",
  STORE_FAILED: "documented",
  DEADLINE: "documented",
  TIMEOUT: "reported",
  CONNECTION_FAILED: "documented",
  CONNECTION_LOST: "documented",
  CLOSED: "documented",
  CANCELLED: "documented",
};

/** How sure the causes are that the catalogues name: the same in every language. */
export const SURENESS: Readonly<Record<ExplainedKey, Sureness>> = {
  BadDeviceToken: "reported",
  DeviceTokenNotForTopic: "reported",
  TopicDisallowed: "reported",
  BadTopic: "inferred",
  MissingTopic: "documented",
  InvalidPushType: "reported",
  MissingDeviceToken: "documented",
  PayloadEmpty: "documented",
  BadCollapseId: "documented",
  BadExpirationDate: "documented",
  BadMessageId: "documented",
  BadPriority: "documented",
  DuplicateHeaders: "documented",
  IdleTimeout: "undocumented",
  InvalidProviderToken: "reported",
  ExpiredProviderToken: "documented",
  MissingProviderToken: "documented",
  UnrelatedKeyIdInToken: "documented",
  BadEnvironmentKeyIdInToken: "contested",
  BadEnvironmentKeyInToken: "contested",
  BadCertificate: "inferred",
  BadCertificateEnvironment: "inferred",
  Forbidden: "undocumented",
  Unregistered: "contested",
  ExpiredToken: "documented",
  PayloadTooLarge: "documented",
  BadPath: "inferred",
  MethodNotAllowed: "inferred",
  TooManyProviderTokenUpdates: "contested",
  TooManyRequests: "documented",
  InternalServerError: "contested",
  ServiceUnavailable: "contested",
  Shutdown: "contested",
  ...OWN_ERRORS,
  ...NETWORK_ERRORS,
};
