import type { ApnsReason } from "../apns/reasons.js";
import type { Environment } from "../environment.js";
import type { Connection } from "./connection.js";
import { deviceTokenOf, header, type MockAnswer, type MockRequest, type Refusal } from "./request.js";
import { readJson } from "./request-rules.js";

/** One push that Apple has judged. What it never saw (a refused stream, a cut connection) is not here. */
export interface MockPush {
  /** The device token of the path, in lower case; empty if it named none. */
  readonly token: string;
  readonly environment: Environment;
  /** As they came, names in lower case. Holds the provider token: mind where you print it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON that came; the text itself where it was none. */
  readonly payload: unknown;
  readonly status: number;
  /** Why it was refused; absent when it was accepted. */
  readonly reason?: ApnsReason;
  /** The sender's `apns-id`, or the one made for it. */
  readonly apnsId: string;
  /** On the mock's clock. */
  readonly at: Date;
  /** Which connection it came on, counted from 1. Doors without connections have one per environment and key. */
  readonly connection: number;
}

export function recordOf(
  request: MockRequest,
  connection: Connection,
  answer: MockAnswer,
  refusal: Refusal | undefined,
  now: number,
): MockPush {
  return {
    token: deviceTokenOf(request.path) ?? "",
    environment: connection.environment,
    headers: Object.fromEntries(request.headers),
    payload: readJson(request.body),
    status: answer.status,
    ...(refusal && { reason: refusal.reason }),
    apnsId: header(request, "apns-id") ?? answer.headers["apns-id"] ?? "",
    at: new Date(now),
    connection: connection.id,
  };
}
