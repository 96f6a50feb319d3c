import type * as z from "zod/v4";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import type { CallPayload, CallPayloadSchema } from "../payload/call-payload.js";
import { issuesOf } from "../payload/issues.js";
import type { callPayloadSchema } from "../payload/schema.js";
import { readUserId, type UserId } from "../user-id.js";
import { readExcepted } from "./excepted.js";
import { snapshotOf } from "./snapshot.js";

/** A call to one user: who is to be rung, and what the payload schema takes (by default `CallPayloadInput`). */
export type CallRequest<Schema extends CallPayloadSchema = typeof callPayloadSchema> = {
  readonly toUserId: UserId;
  /** As in `CallOptions`: for those who pass a body on. Both lists count. */
  readonly exceptDeviceIds?: readonly string[] | null | undefined;
} & z.input<Schema>;

export interface ReadCallRequest {
  /** Of the call, from before anything was waited for. */
  readonly snapshot: object | undefined;
  readonly toUserId: string;
  /** The phones that are not rung, by their `deviceId`. */
  readonly excepted: ReadonlySet<string>;
  readonly payload: CallPayload;
}

/** Parses once per call, since a schema may draw a UUID that must be the same on every phone of the user. */
export async function readCall(
  schema: CallPayloadSchema,
  call: unknown,
  exceptDeviceIds?: unknown,
): Promise<ReadCallRequest> {
  if (typeof call !== "object" || call === null || Array.isArray(call)) {
    throw invalidCall("call", [{ path: "", message: `a call must be an object, not ${describe(call)}` }]);
  }
  const { toUserId, exceptDeviceIds: inBody, ...input } = call as Record<string, unknown>;
  const user = readUserId(toUserId);
  const excepted = readExcepted(exceptDeviceIds, inBody);
  const snapshot = snapshotOf(input, excepted.deviceIds);
  const parsed = await schema.safeParseAsync(input);
  if (user.problem === undefined && excepted.problem === undefined && parsed.success) {
    return { snapshot, toUserId: user.userId, excepted: excepted.deviceIds, payload: parsed.data };
  }
  throw invalidCall("call", [
    ...(user.problem === undefined ? [] : [{ path: "toUserId", message: `toUserId ${user.problem}` }]),
    ...(excepted.problem === undefined ? [] : [{ path: "exceptDeviceIds", message: excepted.problem }]),
    ...(parsed.success ? [] : issuesOf(parsed.error)),
  ]);
}

const CANNOT = {
  call: "cannot send this call",
  message: "cannot send this message",
  cancel: "cannot cancel this call",
  receipt: "cannot take this receipt",
} as const;

/** @internal Also for messages, cancels and receipts, which fail in the same way. */
export function invalidCall(kind: keyof typeof CANNOT, issues: readonly ApnsVoipIssue[]): ApnsVoipError {
  const what = issues.map(({ message }) => message).join("; ");
  return new ApnsVoipError("INVALID_CALL", `${CANNOT[kind]}: ${what}`, { issues });
}
