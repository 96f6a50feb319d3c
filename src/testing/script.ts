import { type ApnsReason, type KnownReason, REASONS } from "../apns/reasons.js";
import {
  aText,
  checkOptions,
  needs,
  needsThing,
  type OptionChecks,
  oneOf,
  range,
  wants,
  wantsThing,
  whole,
} from "../internal/options.js";
import type { PushRefusal } from "./request.js";

/**
 * What the mock is to say next: a status (`503`), a reason (`"BadDeviceToken"`, or one that Apple has yet to invent), or
 * both and more. `200`, and anything without status and reason, is judged as usual: a script makes no bad push good.
 */
export type ScriptedAnswer = number | ApnsReason | ScriptedReply;

export interface ScriptedReply {
  /** Default: the status of `reason`, 400 if that is unknown. */
  readonly status?: number | undefined;
  /** Default: the usual reason of `status`, none if there is no usual one. */
  readonly reason?: ApnsReason | undefined;
  /** With 410: since when. Default now. */
  readonly timestamp?: Date | number | undefined;
  /** The `retry-after` header: seconds, or text to be sent as it is. Apple documents no such header. */
  readonly retryAfter?: number | string | undefined;
  /** Milliseconds on the mock's clock between judging the push and answering it. */
  readonly delay?: number | undefined;
  /** Sent instead of the JSON: `""` for none, `"{broken"`. */
  readonly body?: string | undefined;
  /** Headers to add, or to send instead of the usual ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How the exchange goes wrong. */
  readonly fault?: ExchangeFault | undefined;
}

/**
 * How one exchange goes wrong.
 *
 * - `refuse`: the stream is refused (`REFUSED_STREAM`), the push not seen
 * - `reset-before`: the stream is reset, the push not seen; the sender cannot know that
 * - `reset-after`: the push is judged, the answer's headers are sent, then the stream is reset
 * - `cut-before`, `cut-after`: the connection is cut before, or after, the push is judged
 * - `silence`: the push is judged and never answered
 */
export type ExchangeFault = "refuse" | "reset-before" | "reset-after" | "cut-before" | "cut-after" | "silence";

const CHECKS: OptionChecks<ScriptedReply> = {
  status: whole(200, 599),
  reason: aText,
  timestamp: wants(
    "a Date, or epoch milliseconds",
    given => typeof given === "number" || (given as unknown) instanceof Date,
  ),
  retryAfter: wants("seconds, or text", given => typeof given === "number" || typeof given === "string"),
  delay: range("milliseconds", 0, Number.MAX_SAFE_INTEGER),
  body: aText,
  headers: wantsThing("an object of texts", given => typeof given === "object" && given !== null),
  fault: oneOf("refuse", "reset-before", "reset-after", "cut-before", "cut-after", "silence"),
};

const ARGUMENTS = {
  token: needs('a device token, or "*"', (given: unknown) => typeof given === "string" && given !== ""),
  answers: needsThing("a list of answers", Array.isArray),
};

/** The reason that a status has when a script names none. */
const USUAL_REASONS: Readonly<Record<number, KnownReason>> = {
  400: "BadDeviceToken",
  403: "InvalidProviderToken",
  404: "BadPath",
  405: "MethodNotAllowed",
  410: "Unregistered",
  413: "PayloadTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

/** The refusal that a scripted reply asks for, if any. */
export function scriptedRefusal(reply: ScriptedReply, now: number): PushRefusal | undefined {
  const { reason, timestamp } = reply;
  const known = reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason as KnownReason].status : 400;
  const status = reply.status ?? (reason === undefined ? 200 : known);
  if (status === 200) return undefined;
  const since = status === 410 ? Number(timestamp ?? now) : undefined;
  return { status, reason: reason ?? USUAL_REASONS[status] ?? "", timestamp: since };
}

/** The answers that wait, per device token; `"*"` is for any token. Each push uses one up. */
export class Script {
  readonly #waiting = new Map<string, ScriptedReply[]>();

  add(token: string, answers: readonly ScriptedAnswer[]): void {
    checkOptions("mock.script", { token, answers }, ARGUMENTS);
    const key = token.toLowerCase();
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), ...answers.map(readAnswer)]);
  }

  take(token: string): ScriptedReply | undefined {
    return this.#waiting.get(token)?.shift() ?? this.#waiting.get("*")?.shift();
  }

  clear(): void {
    this.#waiting.clear();
  }
}

function readAnswer(answer: ScriptedAnswer): ScriptedReply {
  const reply =
    typeof answer === "number" ? { status: answer } : typeof answer === "string" ? { reason: answer } : answer;
  checkOptions("mock.script", reply, CHECKS);
  return reply;
}
