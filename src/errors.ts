/**
 * Every error code of this library. Stable: add, never rename.
 *
 * | code | whose mistake or what happened |
 * | --- | --- |
 * | `INVALID_OPTIONS` | an option, or an environment variable, is missing or wrong |
 * | `INVALID_KEY` | the `.p8` key is missing, unreadable, or something else than an EC P-256 private key |
 * | `INVALID_PUSH` | a field of the push is wrong (topic, priority, collapse id, ...) |
 * | `INVALID_DEVICE_TOKEN` | the device token is not hex of a plausible length |
 * | `PAYLOAD_TOO_LARGE` | more than 5120 bytes (`voip`) or 4096 bytes (all others) of JSON |
 * | `INVALID_CALL` | the call or message does not fit its schema |
 * | `INVALID_REGISTRATION` | a device registration does not fit its schema |
 * | `STORE_FAILED` | the device store threw or did not answer in time, so nothing was sent; `cause` is its own error |
 * | `DEADLINE` | the deadline passed before the push could leave |
 * | `TIMEOUT` | Apple did not answer an attempt in time |
 * | `CONNECTION_FAILED` | no connection could be made |
 * | `CONNECTION_LOST` | the connection broke while a push was on its way |
 * | `CLOSED` | the client was closed |
 * | `CANCELLED` | its sender cancelled the push before it had left |
 */
export type ApnsVoipErrorCode =
  | "INVALID_OPTIONS"
  | "INVALID_KEY"
  | "INVALID_PUSH"
  | "INVALID_DEVICE_TOKEN"
  | "PAYLOAD_TOO_LARGE"
  | "INVALID_CALL"
  | "INVALID_REGISTRATION"
  | "STORE_FAILED"
  | "DEADLINE"
  | "TIMEOUT"
  | "CONNECTION_FAILED"
  | "CONNECTION_LOST"
  | "CLOSED"
  | "CANCELLED";

/** One thing wrong with an input: where, and what is wanted. */
export interface ApnsVoipIssue {
  /** The field, dotted: `fromUserId`, `devices.0.token`. Empty for the whole input. */
  readonly path: string;
  readonly message: string;
}

/**
 * The one error class of this library. `code` says what happened, `message` says what was given and what to do,
 * `cause` holds the error underneath where there is one. Messages never hold keys, provider tokens or whole device tokens.
 */
export class ApnsVoipError extends Error {
  readonly code: ApnsVoipErrorCode;
  /** What is wrong, field by field, where the input had fields. */
  readonly issues: readonly ApnsVoipIssue[];

  constructor(
    code: ApnsVoipErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly issues?: readonly ApnsVoipIssue[] | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ApnsVoipError";
    this.code = code;
    this.issues = options.issues ?? [];
  }
}

/**
 * True for this library's errors, by name and a code: also for those of another copy or a newer version of the package, where
 * `instanceof` is not. Never throws.
 */
export function isApnsVoipError(error: unknown): error is ApnsVoipError {
  if (typeof error !== "object" || error === null) return false;
  try {
    const { name, code } = error as Partial<ApnsVoipError>;
    return name === "ApnsVoipError" && typeof code === "string";
  } catch {
    return false; // A proxy or a getter that throws: none of ours.
  }
}
