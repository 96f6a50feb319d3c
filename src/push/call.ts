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
  /** As in the options of `sendCall`, for code that passes a request's body on. Both lists count. */
  readonly exceptDeviceIds?: readonly string[] | null | undefined;
} & z.input<Schema>;

export interface ReadCallRequest {
  /** A copy of the call, made at once, because your code may change its object later. */
  readonly snapshot: object | undefined;
  readonly toUserId: string;
  /** The phones that are not rung, by their `deviceId`. */
  readonly excepted: ReadonlySet<string>;
  readonly payload: CallPayload;
}

/**
 * Parses once per call, since a schema may draw a UUID that must be the same on every phone of the user. Gives a
 * promise only where something in the schema is asynchronous, which is rare.
 */
export function readCall(
  schema: CallPayloadSchema,
  call: unknown,
  exceptDeviceIds?: unknown,
): ReadCallRequest | Promise<ReadCallRequest> {
  if (typeof call !== "object" || call === null || Array.isArray(call)) {
    throw invalidCall("call", [{ path: "", message: `a call must be an object, not ${describe(call)}` }]);
  }
  const { toUserId, exceptDeviceIds: inBody, ...input } = call as Record<string, unknown>;
  const user = readUserId(toUserId);
  const excepted = readExcepted(exceptDeviceIds, inBody);
  const snapshot = snapshotOf(input, excepted.deviceIds);
  const parsed = parse(schema, input);
  return parsed instanceof Promise ? parsed.then(judge) : judge(parsed);

  function judge(parsed: Parsed): ReadCallRequest {
    if (user.problem === undefined && excepted.problem === undefined && parsed.issues === undefined) {
      return { snapshot, toUserId: user.userId, excepted: excepted.deviceIds, payload: parsed.payload };
    }
    throw invalidCall("call", [
      ...(user.problem === undefined ? [] : [{ path: "toUserId", message: `toUserId ${user.problem}` }]),
      ...(excepted.problem === undefined ? [] : [{ path: "exceptDeviceIds", message: excepted.problem }]),
      ...(parsed.issues ?? []),
    ]);
  }
}

type Parsed =
  | { readonly payload: CallPayload; readonly issues?: undefined }
  | { readonly issues: readonly ApnsVoipIssue[] };

/** zod's `safeParse` refuses an asynchronous schema, and `safeParseAsync` makes a promise for every other one. */
function parse(schema: CallPayloadSchema, input: object): Parsed | Promise<Parsed> {
  const result = schema._zod.run({ value: input, issues: [] }, { async: true });
  return result instanceof Promise ? result.then(read) : read(result);

  function read({ value, issues }: z.core.ParsePayload): Parsed | Promise<Parsed> {
    if (issues.length === 0) return { payload: value as CallPayload };
    // An asynchronous schema: what is wrong is said in zod's own words.
    return schema
      .safeParseAsync(input)
      .then(({ data, error }) => (error === undefined ? { payload: data } : { issues: issuesOf(error) }));
  }
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
