import type * as z from "zod/v4";
import type { ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { callFields } from "./call-fields.js";
import { type CallPayload, LONGEST_RECEIPT } from "./call-payload.js";
import { complete, type ReadFields } from "./schema.js";
import { drawUuid } from "./uuid.js";

export interface ParsedCallPayload {
  /** Complete, whatever came in: a phone can report this call. */
  readonly payload: CallPayload;
  /** True when there are issues: something was missing or wrong, and was made up. */
  readonly recovered: boolean;
  readonly issues: readonly ApnsVoipIssue[];
}

/**
 * Reads a call payload on the phone's side. Never throws, because a phone must report every VoIP push: what is missing
 * or wrong is made up, and `issues` says what that was. A payload that `callPayloadSchema` accepts comes out the same.
 *
 * - a missing or unusable `callId` becomes a new UUID
 * - `callerId` and `callerName` stand in for a missing `fromUserId` and `fromDisplayName`
 * - without a usable user id it is `0`, and the name `Unknown Caller` unless there is one
 * - a `hasVideo` that is a number, as native bridges make it, is read as a flag
 * - a `receipt` is passed on as it is
 * - JSON text is read too, up to 65,536 characters
 */
export function parseCallPayload(input: unknown): ParsedCallPayload {
  const issues: ApnsVoipIssue[] = [];
  const given = opened(input, issues);
  const read = <Key extends keyof ReadFields>(key: Key, ...values: readonly unknown[]) =>
    firstUsable(key, values, issues);

  const fromUserId = read("fromUserId", given("fromUserId"), given("callerId"));
  const fromDisplayName = read("fromDisplayName", given("fromDisplayName"), given("callerName"));
  const hasVideo = given("hasVideo");
  const payload = complete({
    type: read("type", given("type")) ?? "call.incoming",
    callId: read("callId", given("callId")) ?? drawUuid(),
    fromUserId: fromUserId ?? 0,
    fromDisplayName: fromDisplayName ?? (fromUserId === undefined ? "Unknown Caller" : undefined),
    room: read("room", given("room")),
    hasVideo: read("hasVideo", hasVideo, typeof hasVideo === "number" ? Boolean(hasVideo) : undefined) ?? false,
  });
  const receipt = given("receipt");
  if (typeof receipt === "string" && receipt !== "" && receipt.length <= LONGEST_RECEIPT) payload.receipt = receipt;
  return { payload, recovered: issues.length > 0, issues };
}

/** The first value that its field accepts and that is not blank. Each value before it that is wrong becomes an issue. */
function firstUsable<Key extends keyof ReadFields>(
  key: Key,
  values: readonly unknown[],
  issues: ApnsVoipIssue[],
): ReadFields[Key] | undefined {
  const field: z.ZodType = callFields[key];
  const present = values.filter(value => value !== undefined && value !== null);
  for (const value of present.length > 0 ? present : [undefined]) {
    const result = field.safeParse(value);
    if (!result.success) issues.push({ path: key, message: result.error.issues[0]?.message ?? `${key} is wrong` });
    else if (result.data !== undefined) return result.data as ReadFields[Key];
  }
  return undefined;
}

/**
 * Makes a function that reads a key of what came in. Each key is read once, because a getter may answer differently
 * each time.
 */
function opened(input: unknown, issues: ApnsVoipIssue[]): (key: string) => unknown {
  const source = typeof input === "string" ? (fromText(input) ?? input) : input;
  if (typeof source !== "object" || source === null) {
    issues.push({ path: "", message: `a call must be an object, not ${describe(source)}` });
    return () => undefined;
  }
  if (source !== input) issues.push({ path: "", message: "a call must be an object, not JSON text of one" });
  return key => {
    try {
      return (source as Record<string, unknown>)[key];
    } catch {
      issues.push({ path: key, message: `${key} could not be read` });
      return undefined;
    }
  };
}

function fromText(text: string): unknown {
  try {
    return text.length <= LONGEST_TEXT ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Characters of JSON text that are read at most: far more than any push holds. A longer text could keep a phone busy. */
const LONGEST_TEXT = 65_536;
