import * as z from "zod/v4";
import type { ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { issuesOf } from "../payload/issues.js";
import { readUserId } from "../user-id.js";
import { invalidCall } from "./call.js";
import { field, text } from "./field.js";

/** A message for one user, shown as a notification. JSON `null` counts as absent. */
export interface MessageRequest {
  readonly toUserId: string | number;
  /** The first line, usually the sender's name. */
  readonly title: string;
  /** Cut at the end, between two characters as people see them, to what fits Apple's 4096 bytes. */
  readonly body: string;
  /** Who wrote it; reaches the phone as text. Default: the `fromUserId` in `extra`, if there is one. */
  readonly fromUserId?: string | number | null | undefined;
  /** The app's own keys, at the top level of the payload. `aps`, `type` and `fromUserId` in here override nothing. */
  readonly extra?: object | null | undefined;
  /** The number on the app's icon; 0 takes it away. Default: left as it is. */
  readonly badge?: number | null | undefined;
  /** A sound file in the app. Default: `"default"`. */
  readonly sound?: string | null | undefined;
  /** Notifications with the same one are grouped. */
  readonly threadId?: string | null | undefined;
  /** Lets the app's notification service extension change it before it is shown. Default: false. */
  readonly mutableContent?: boolean | null | undefined;
}

/** A message that has been checked, and defaults filled in. */
export interface ReadMessage {
  readonly toUserId: string;
  readonly title: string;
  readonly body: string;
  readonly fromUserId: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly badge: number | undefined;
  readonly sound: string;
  readonly threadId: string | undefined;
  readonly mutableContent: boolean;
}

const messageSchema = z
  .object(
    {
      toUserId: userId("toUserId"),
      title: text("title", "text", () => true),
      body: text("body", "text", () => true),
      fromUserId: userId("fromUserId").nullish(),
      extra: field<object>("extra", "an object or absent", isPlainObject).nullish().transform(asJson),
      badge: field<number>("badge", "a whole number from 0 up, or absent", isCount).nullish(),
      sound: text("sound", "text that is not blank, or absent", isSaid).nullish(),
      threadId: text("threadId", "text that is not blank, or absent", isSaid).nullish(),
      mutableContent: field<boolean>("mutableContent", "true, false or absent", isBoolean).nullish(),
    },
    { error: ({ input }) => `a message must be an object, not ${describe(input)}` },
  )
  .transform(
    ({ toUserId, title, body, fromUserId, extra, badge, sound, threadId, mutableContent }): ReadMessage => ({
      toUserId,
      title: title.toWellFormed(),
      body: body.toWellFormed(),
      // An id of another kind in `extra` is dropped: the app reads text there and nothing else.
      fromUserId: (fromUserId ?? readUserId(extra.fromUserId).userId)?.toWellFormed(),
      extra,
      badge: badge ?? undefined,
      sound: sound ?? "default",
      threadId: threadId ?? undefined,
      mutableContent: mutableContent ?? false,
    }),
  );

/** @throws `ApnsVoipError`, code `INVALID_CALL`, naming every field that is wrong. */
export function readMessage(message: unknown): ReadMessage {
  const parsed = messageSchema.safeParse(message);
  const issues: readonly ApnsVoipIssue[] = parsed.success ? blankness(parsed.data) : issuesOf(parsed.error);
  if (parsed.success && issues.length === 0) return parsed.data;
  throw invalidCall("message", issues);
}

/** A notification that shows nothing is a mistake on the way here. */
function blankness({ title, body }: ReadMessage): ApnsVoipIssue[] {
  const shows = title.trim() !== "" || body.trim() !== "";
  return shows ? [] : [{ path: "body", message: "body must not be blank when title is blank too" }];
}

type Extra = { readonly [key: string]: unknown; readonly fromUserId?: unknown };

/** As the phone will see it, now and not later. Half an emoji would make the phone's parser refuse it as a whole. */
function asJson(extra: object | null | undefined, context: z.RefinementCtx): Extra {
  try {
    const read: unknown = JSON.parse(JSON.stringify(extra ?? {}), (_key, value: unknown) =>
      typeof value === "string" ? value.toWellFormed() : value,
    );
    if (isPlainObject(read)) return read as Extra;
  } catch {}
  context.addIssue({ code: "custom", message: "extra must be an object that can become JSON" });
  return z.NEVER;
}

function userId(name: string) {
  return z.unknown().transform((given, context): string => {
    const user = readUserId(given);
    if (user.problem === undefined) return user.userId;
    context.addIssue({ code: "custom", message: `${name} ${user.problem}` });
    return z.NEVER;
  });
}

function isPlainObject(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isCount(given: unknown): boolean {
  return Number.isSafeInteger(given) && (given as number) >= 0;
}

function isSaid(given: string): boolean {
  return given.trim() !== "";
}

function isBoolean(given: unknown): boolean {
  return typeof given === "boolean";
}
