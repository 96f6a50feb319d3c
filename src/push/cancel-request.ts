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
  const user = readUserId(toUserId);
  const hasKey = typeof idempotencyKey === "string" && idempotencyKey !== "";
  if (user.problem === undefined && hasKey) return { toUserId: user.userId, idempotencyKey };
  const issues: ApnsVoipIssue[] = [];
  if (user.problem !== undefined) issues.push({ path: "toUserId", message: `toUserId ${user.problem}` });
  if (!hasKey) {
    const message = `idempotencyKey must be the key that the call was made with, not ${describe(idempotencyKey)}`;
    issues.push({ path: "idempotencyKey", message });
  }
  throw invalidCall("cancel", issues);
}
