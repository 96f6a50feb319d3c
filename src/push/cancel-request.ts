import type { ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { readUserId } from "../user-id.js";
import { invalidCall } from "./call.js";

export interface CancelRequest {
  readonly toUserId: string;
  readonly idempotencyKey: string;
}

/** @throws `ApnsVoipError`, code `INVALID_CALL`, naming every field that is wrong. */
export function readCancel(toUserId: unknown, idempotencyKey: unknown): CancelRequest {
  const [user, key] = readBoth("cancel", toUserId, "idempotencyKey", idempotencyKey);
  return { toUserId: user, idempotencyKey: key };
}

/** @throws `ApnsVoipError`, code `INVALID_CALL`, naming every field that is wrong. */
export function readCalled(toUserId: unknown, callId: unknown): { readonly toUserId: string; readonly callId: string } {
  const [user, call] = readBoth("receipt", toUserId, "callId", callId);
  return { toUserId: user, callId: call };
}

function readBoth(kind: "cancel" | "receipt", toUserId: unknown, path: string, text: unknown): [string, string] {
  const user = readUserId(toUserId);
  const isText = typeof text === "string" && text !== "";
  if (user.problem === undefined && isText) return [user.userId, text];
  const issues: ApnsVoipIssue[] = [];
  if (user.problem !== undefined) issues.push({ path: "toUserId", message: `toUserId ${user.problem}` });
  if (!isText) {
    const wanted = "the one that the call was made with";
    const isMissing = text === undefined || text === null;
    const message = isMissing
      ? `${path} is missing: it must be ${wanted}`
      : `${path} must be ${wanted}, not ${describe(text)}`;
    issues.push({ path, message });
  }
  throw invalidCall(kind, issues);
}
