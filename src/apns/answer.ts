import type { ApnsAnswer } from "./transport.js";

/** A complete answer, as a transport gives it. */
export interface RawAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

const ACCEPTED: ApnsAnswer = {
  status: 200,
  reason: "",
  timestamp: undefined,
  apnsUniqueId: undefined,
  date: undefined,
  retryAfter: undefined,
};

/** The answer to a 200, as nearly all are. It has no body, and only one of its headers is of use. */
export function acceptedAnswer(apnsUniqueId: unknown): ApnsAnswer {
  return typeof apnsUniqueId === "string" ? { ...ACCEPTED, apnsUniqueId } : ACCEPTED;
}

/** Reads an answer that is not a 200. A body that is not JSON, or empty, still gives an answer with its status. */
export function readAnswer({ status, header, body }: RawAnswer): ApnsAnswer {
  const { reason, timestamp } = readBody(body);
  const date = Date.parse(header("date") ?? "");
  return {
    status,
    reason,
    timestamp,
    apnsUniqueId: undefined,
    date: Number.isNaN(date) ? undefined : date,
    retryAfter: header("retry-after"),
  };
}

/** Characters of a reason that are kept. Apple's longest has 27, and the text goes into logs. */
const LONGEST_REASON = 100;

const NOTHING = { reason: "", timestamp: undefined };

function readBody(body: string): { reason: string; timestamp: number | undefined } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return NOTHING;
  }
  if (typeof parsed !== "object" || parsed === null) return NOTHING;
  const { reason, timestamp } = parsed as { reason?: unknown; timestamp?: unknown };
  return {
    reason: typeof reason === "string" ? reason.slice(0, LONGEST_REASON) : "",
    timestamp: readTimestamp(timestamp),
  };
}

/** Epoch milliseconds. Beyond this a `Date` is invalid. */
const LAST_DATE = 8.64e15;

function readTimestamp(given: unknown): number | undefined {
  return typeof given === "number" && Math.abs(given) <= LAST_DATE ? given : undefined;
}

/** `retry-after` in milliseconds from now: whole seconds, or an HTTP date. `undefined` where it says nothing. */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
