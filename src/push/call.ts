import type * as z from "zod/v4";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import type { CallPayload, CallPayloadSchema } from "../payload/call-payload.js";
import { issuesOf } from "../payload/issues.js";
import type { callPayloadSchema } from "../payload/schema.js";
import { readUserId } from "../user-id.js";
import { snapshotOf } from "./snapshot.js";

/** A call to one user: who is to be rung, and what the payload schema takes (by default `CallPayloadInput`). */
export type CallRequest<Schema extends CallPayloadSchema = typeof callPayloadSchema> = {
  readonly toUserId: string | number;
} & z.input<Schema>;

export interface ReadCallRequest {
  /** Of the call, from before anything was waited for. */
  readonly snapshot: object | undefined;
  readonly toUserId: string;
  readonly payload: CallPayload;
}

/** Parses once per call, since a schema may draw a UUID that must be the same on every phone of the user. */
export async function readCall(schema: CallPayloadSchema, call: unknown): Promise<ReadCallRequest> {
  if (typeof call !== "object" || call === null || Array.isArray(call)) {
    throw invalidCall("call", [{ path: "", message: `a call must be an object, not ${describe(call)}` }]);
  }
  const snapshot = snapshotOf(call);
  const { toUserId, ...input } = call as Record<string, unknown>;
  const user = readUserId(toUserId);
  const parsed = await schema.safeParseAsync(input);
  if (user.problem === undefined && parsed.success) {
    return { snapshot, toUserId: user.userId, payload: parsed.data };
  }
  throw invalidCall("call", [
    ...(user.problem === undefined ? [] : [{ path: "toUserId", message: `toUserId ${user.problem}` }]),
    ...(parsed.success ? [] : issuesOf(parsed.error)),
  ]);
}

/** @internal Also for messages, which fail in the same way. */
export function invalidCall(kind: "call" | "message", issues: readonly ApnsVoipIssue[]): ApnsVoipError {
  const what = issues.map(({ message }) => message).join("; ");
  return new ApnsVoipError("INVALID_CALL", `cannot send this ${kind}: ${what}`, { issues });
}
