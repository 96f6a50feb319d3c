import { systemClock } from "../clock.js";
import { describe } from "../internal/describe.js";
import { emit } from "../internal/emit.js";
import { networkCause } from "../internal/network-cause.js";
import type { CallPayloadInput } from "../payload/call-payload.js";
import type { UserId } from "../user-id.js";
import type { Conclusion } from "./conclusion.js";
import { deliver } from "./deliver.js";
import { type PushApiClientOptions, readPushApiOptions } from "./push-api-options.js";

/** Who to ring, and what the phone reads. An app's own payload keys go along. */
export type PushApiCall = { readonly toUserId: UserId } & CallPayloadInput;

/**
 * A message for the user's notifications: the body of `POST …/push/message`. What each field is: `MessageRequest` of
 * `apns-voip`. A key that the API does not know is left out there, and named in its log.
 */
export interface PushApiMessage {
  readonly toUserId: UserId;
  readonly title: string;
  readonly body: string;
  /** Default: `"chat.message"`. */
  readonly type?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly fromUserId?: UserId | undefined;
  /** More keys for the app, at the top level of the payload. */
  readonly extra?: object | undefined;
  readonly badge?: number | undefined;
  readonly sound?: string | undefined;
  readonly threadId?: string | undefined;
  readonly category?: string | undefined;
  readonly interruptionLevel?: "passive" | "active" | "time-sensitive" | "critical" | undefined;
  /** 0 to 1. */
  readonly relevanceScore?: number | undefined;
  /** At most 64 characters of printable ASCII, without blanks at its ends. */
  readonly collapseId?: string | undefined;
  /** Until when Apple keeps trying; 0: once. */
  readonly expiration?: Date | string | 0 | undefined;
  readonly contentAvailable?: boolean | undefined;
  readonly mutableContent?: boolean | undefined;
}

export interface PushApiSendOptions {
  /**
   * Names this ring attempt, so that a repeat of it rings nobody twice: 1 to 255 visible ASCII characters. Default: a new
   * UUID. A call id is no such key where it comes back for every call between two people.
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * Your own abort: the promise rejects with its reason. A call is then cancelled at the API, too: what has not left
   * there does not leave. What has left cannot be called back.
   */
  readonly signal?: AbortSignal | undefined;
}

/** What `sendCall` takes besides the call. */
export interface PushApiCallOptions extends PushApiSendOptions {
  /** Phones that are not pushed, by the `deviceId` they registered with: those that have the call already. Default: none. */
  readonly exceptDeviceIds?: readonly string[] | undefined;
}

/**
 * What became of the request.
 *
 * - `accepted`: Apple took the push for at least one phone. Not: delivered
 * - `duplicate`: a request with this idempotency key was taken before, perhaps an attempt of ours whose answer was lost
 * - `no-devices`: the user has no phone to push to, or none but those excepted
 * - `unknown`: it may or may not have rung
 * - `failed`: it has not rung, and `message` says why
 * - `cancelled`: the call was cancelled before it had left
 */
export interface PushApiResult {
  readonly status: "accepted" | "duplicate" | "no-devices" | "unknown" | "failed" | "cancelled";
  /** Of the last answer; absent when the last attempt got none. */
  readonly httpStatus?: number;
  /** The cause, where there is something to explain: `Request failed with status code 401`, `connect ECONNREFUSED …`. */
  readonly message?: string;
  /** Apple's reasons or this library's error codes, as the API gave them. */
  readonly reasons?: readonly string[];
}

/** Asks the API server to ring a phone. Made with {@link createPushApiClient}. */
export interface PushApiClient {
  /** `POST /api/internal/push/call`. Resolves within 30 seconds, whatever happens; rejects only for your own abort. */
  sendCall<Call extends PushApiCall>(call: Call, options?: PushApiCallOptions): Promise<PushApiResult>;
  /** `POST /api/internal/push/message`. The same. */
  sendMessage(message: PushApiMessage, options?: PushApiSendOptions): Promise<PushApiResult>;
}

type Kind = "call" | "message";

/**
 * Makes the signal server's side of the push API. Connection errors, 502 to 504, and a 500 that says `retryable` are tried
 * again, always with the same `Idempotency-Key`, so that no phone rings twice. A redirect is not followed.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming everything that is missing or wrong.
 * @example
 * ```ts
 * const { API_URL, ADMIN_PUSH_TOKEN } = process.env;
 * const pushApi = createPushApiClient({ apiUrl: API_URL, adminToken: ADMIN_PUSH_TOKEN });
 * const { status, message } = await pushApi.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11, hasVideo: true });
 * ```
 */
export function createPushApiClient(options: PushApiClientOptions): PushApiClient {
  const { adminToken, urls } = readPushApiOptions(options);
  const { timeout = 10_000, retries = 2, onEvent, clock = systemClock } = options;

  async function send(
    kind: Kind,
    request: object,
    { idempotencyKey = crypto.randomUUID(), signal }: PushApiSendOptions = {},
  ): Promise<PushApiResult> {
    signal?.throwIfAborted();
    const toUserId = userIdOf(request);
    emit(onEvent, { type: "signal.push-started", kind, toUserId });

    const written = write(kind, request, idempotencyKey);
    const conclusion =
      "mistake" in written
        ? failedAtOnce(written.mistake)
        : await post(urls[kind], written.json, { "idempotency-key": idempotencyKey }, signal);

    const result = withoutSecret(conclusion.result, adminToken);
    const { reasons, ...told } = result;
    emit(onEvent, { type: "signal.push-finished", kind, toUserId, ...told });
    if (!conclusion.settled && signal?.aborted) {
      if (kind === "call" && result.status === "unknown") cancel(request, idempotencyKey);
      throw signal.reason;
    }
    return result;
  }

  /** Cancels a call at the API. Nobody waits for it, because the caller has hung up. */
  async function cancel(call: { readonly toUserId?: unknown }, idempotencyKey: string): Promise<void> {
    const body = JSON.stringify(withTextIds({ toUserId: call.toUserId, idempotencyKey }));
    const { result } = await post(urls.cancel, body, {}, undefined);
    const { status, message } = withoutSecret(result, adminToken);
    const failure = status === "failed" || status === "unknown" ? { message: message ?? status } : {};
    emit(onEvent, {
      type: "signal.push-cancelled",
      toUserId: userIdOf(call),
      cancelled: status === "cancelled",
      ...failure,
    });
  }

  function post(url: string, body: string, headers: Record<string, string>, signal: AbortSignal | undefined) {
    return deliver({
      url,
      headers: { "content-type": "application/json", "x-admin-token": adminToken, ...headers },
      body,
      fetch: (url, init) => (options.fetch ?? globalThis.fetch)(url, init),
      timeout,
      retries,
      clock,
      signal,
    });
  }

  return {
    sendCall: (call, sendOptions) => send("call", withExcepted(call, sendOptions?.exceptDeviceIds), sendOptions),
    sendMessage: (message, sendOptions) => send("message", message, sendOptions),
  };
}

/** Adds `exceptDeviceIds` to the call's body. Something that is no object is left for `write` to refuse. */
function withExcepted(call: object, exceptDeviceIds: readonly string[] | undefined): object {
  if (exceptDeviceIds === undefined || typeof call !== "object" || call === null) return call;
  return { ...call, exceptDeviceIds };
}

/** The request as JSON, or why there is none. What its fields must be is for the API to say. */
function write(kind: Kind, request: object, key: string): { readonly json: string } | { readonly mistake: string } {
  if (typeof request !== "object" || request === null)
    return { mistake: `a ${kind} must be an object, not ${describe(request)}` };
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key))
    return { mistake: `idempotencyKey must be 1 to 255 visible ASCII characters, not ${describe(key)}` };
  try {
    return { json: JSON.stringify(withTextIds(request)) };
  } catch (error) {
    return { mistake: `the ${kind} cannot be written as JSON: ${networkCause(error)}` };
  }
}

function failedAtOnce(message: string): Conclusion {
  return { result: { status: "failed", message }, retry: false, settled: true };
}

function userIdOf(request: object): string {
  const id: unknown = (request as { readonly toUserId?: unknown } | null)?.toUserId;
  return typeof id === "string" || typeof id === "bigint" ? String(id) : describe(id);
}

/** Replaces ids that are bigints by their decimal text, because JSON has no bigint. */
function withTextIds(request: object): object {
  const ids = ["toUserId", "fromUserId", "callId"].filter(key => typeof (request as never)[key] === "bigint");
  return ids.length === 0
    ? request
    : { ...request, ...Object.fromEntries(ids.map(key => [key, String((request as never)[key])])) };
}

/**
 * Hides the admin token in a result, because a server may echo what it got. A short token is not looked for: it occurs
 * by chance everywhere.
 */
function withoutSecret(result: PushApiResult, secret: string): PushApiResult {
  if (secret.length < 8) return result;
  const clean = (text: string) => text.replaceAll(secret, "***");
  return {
    ...result,
    ...(result.message !== undefined && { message: clean(result.message) }),
    ...(result.reasons !== undefined && { reasons: result.reasons.map(clean) }),
  };
}
