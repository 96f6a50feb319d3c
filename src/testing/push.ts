import type { ApnsReason } from "../apns/reasons.js";
import type { Environment } from "../environment.js";
import type { Connection } from "./connection.js";
import type { Random } from "./random.js";
import { deviceTokenOf, header, type MockAnswer, type MockRequest, type PushRefusal } from "./request.js";
import { readJson } from "./request-rules.js";
import type { ScriptedReply } from "./script.js";

/** One push that Apple has judged. A push that it never saw (refused stream, cut connection) is not listed. */
export interface MockPush {
  /** The device token of the path, in lower case; empty if it named none. */
  readonly token: string;
  readonly environment: Environment;
  /** As they came, names in lower case. Holds the provider token: mind where you print it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON that came; the text itself where it was none. */
  readonly payload: unknown;
  /** 200: Apple has taken it, whether or not the answer reached the sender. */
  readonly status: number;
  /** Why it was refused; absent when it was accepted. */
  readonly reason?: ApnsReason;
  /** The sender's `apns-id`, or the one made for it. */
  readonly apnsId: string;
  /** When it was judged, on the mock's clock. */
  readonly at: Date;
  /** Which connection it came on, counted from 1. Doors without connections have one per environment and key. */
  readonly connection: number;
}

export function recordOf(
  request: MockRequest,
  { id, environment }: Connection,
  refusal: PushRefusal | undefined,
  now: number,
  random: Random,
): MockPush {
  return {
    token: deviceTokenOf(request.path) ?? "",
    environment,
    headers: Object.fromEntries(request.headers),
    payload: readJson(request.body),
    status: refusal?.status ?? 200,
    ...(refusal && { reason: refusal.reason }),
    apnsId: header(request, "apns-id") ?? random.uuid(),
    at: new Date(now),
    connection: id,
  };
}

/**
 * @see https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
export function answerFor(
  push: MockPush,
  refusal: PushRefusal | undefined,
  { retryAfter, headers, body }: ScriptedReply,
  random: Random,
): MockAnswer {
  const isDelivered = refusal === undefined && push.environment === "sandbox";
  return {
    status: push.status,
    headers: {
      "apns-id": push.apnsId,
      ...(isDelivered && { "apns-unique-id": random.uuid() }),
      date: push.at.toUTCString(),
      ...(refusal && { "content-type": "application/json" }),
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
      ...headers,
    },
    body: body ?? (refusal ? JSON.stringify({ reason: refusal.reason, timestamp: refusal.timestamp }) : ""),
  };
}
