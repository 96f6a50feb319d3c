import * as z from "zod/v4";
import { isCollapseId, WANTED_COLLAPSE_ID } from "../apns/collapse-id.js";
import type { ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { nearest } from "../internal/nearest.js";
import { issuesOf } from "../payload/issues.js";
import { readUserId, type UserId } from "../user-id.js";
import { invalidCall } from "./call.js";
import { field, text } from "./field.js";

/** A message for one user, shown as a notification. JSON `null` counts as absent. */
export interface MessageRequest {
  readonly toUserId: UserId;
  /** The first line, usually the sender's name. */
  readonly title: string;
  /** Cut at the end, between two characters as people see them, to what fits Apple's 4096 bytes. */
  readonly body: string;
  /** What the app routes a tap by, for example `"call.missed"`. Default: `"chat.message"`. */
  readonly type?: string | null | undefined;
  /** Between title and body. */
  readonly subtitle?: string | null | undefined;
  /** Who wrote it; reaches the phone as text. Default: the `fromUserId` in `extra`, if there is one. */
  readonly fromUserId?: UserId | null | undefined;
  /**
   * The app's own keys, at the top level of the payload. `aps` and `fromUserId` in here override nothing; a `type` that differs
   * from the message's own is refused.
   */
  readonly extra?: object | null | undefined;
  /** The number on the app's icon; 0 takes it away. Default: left as it is. */
  readonly badge?: number | null | undefined;
  /** A sound file in the app. Default: `"default"`. */
  readonly sound?: string | null | undefined;
  /** Notifications with the same one are grouped. */
  readonly threadId?: string | null | undefined;
  /** Which of the app's categories: its buttons. */
  readonly category?: string | null | undefined;
  /**
   * How much it interrupts: `time-sensitive` breaks through Focus where the app has that entitlement, `critical` makes a sound
   * on a phone that is muted, where the app has that one. Default: Apple's, `active`.
   *
   * @see https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
   */
  readonly interruptionLevel?: InterruptionLevel | null | undefined;
  /** 0 to 1: the highest is shown first in the summary. */
  readonly relevanceScore?: number | null | undefined;
  /**
   * A later message with the same one takes its place on the phone. At most 64 characters of printable ASCII, without
   * blanks at its ends.
   */
  readonly collapseId?: string | null | undefined;
  /** Until when Apple keeps trying; 0: once. In JSON as ISO 8601 text. Default: in 24 hours. */
  readonly expiration?: Date | string | 0 | null | undefined;
  /** Also wakes the app in the background. Default: false. */
  readonly contentAvailable?: boolean | null | undefined;
  /** Lets the app's notification service extension change it before it is shown. Default: false. */
  readonly mutableContent?: boolean | null | undefined;
}

export type InterruptionLevel = (typeof LEVELS)[number];

const LEVELS = ["passive", "active", "time-sensitive", "critical"] as const;

/** A message that has been checked, and defaults filled in. */
export interface ReadMessage {
  readonly toUserId: string;
  readonly title: string;
  readonly body: string;
  readonly type: string;
  readonly subtitle: string | undefined;
  readonly fromUserId: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly badge: number | undefined;
  readonly sound: string;
  readonly threadId: string | undefined;
  readonly category: string | undefined;
  readonly interruptionLevel: InterruptionLevel | undefined;
  readonly relevanceScore: number | undefined;
  readonly collapseId: string | undefined;
  readonly expiration: Date | 0 | undefined;
  readonly contentAvailable: boolean;
  readonly mutableContent: boolean;
}

const said = (name: string) => text(name, "text that is not blank, or absent", isSaid).nullish();
const flag = (name: string) => field<boolean>(name, "true, false or absent", isBoolean).nullish();

const fields = {
  toUserId: userId("toUserId"),
  title: text("title", "text", () => true),
  body: text("body", "text", () => true),
  type: said("type"),
  subtitle: text("subtitle", "text, or absent", () => true).nullish(),
  fromUserId: userId("fromUserId").nullish(),
  extra: field<object>("extra", "an object or absent", isPlainObject).nullish().transform(asJson),
  badge: field<number>("badge", "a whole number from 0 up, or absent", isCount).nullish(),
  sound: said("sound"),
  threadId: said("threadId"),
  category: said("category"),
  interruptionLevel: field<InterruptionLevel>(
    "interruptionLevel",
    `${LEVELS.map(level => `"${level}"`).join(", ")}, or absent`,
    given => LEVELS.includes(given as InterruptionLevel),
  ).nullish(),
  relevanceScore: field<number>("relevanceScore", "a number from 0 to 1, or absent", isShare).nullish(),
  collapseId: text("collapseId", `${WANTED_COLLAPSE_ID}, or absent`, isCollapseId).nullish(),
  expiration: field<Date | string | 0>("expiration", "a Date, ISO 8601 text, 0, or absent", isTime).nullish(),
  contentAvailable: flag("contentAvailable"),
  mutableContent: flag("mutableContent"),
};

/** Every key that a message can have. */
export const MESSAGE_KEYS: readonly string[] = Object.keys(fields);

/** @internal Also for the description of the routes. */
export const messageSchema = z
  .object(fields, { error: ({ input }) => `a message must be an object, not ${describe(input)}` })
  .transform(
    ({
      title,
      body,
      type,
      fromUserId,
      extra,
      sound,
      expiration,
      contentAvailable,
      mutableContent,
      ...rest
    }): ReadMessage => ({
      toUserId: rest.toUserId,
      title: title.toWellFormed(),
      body: body.toWellFormed(),
      type: type?.toWellFormed() ?? "chat.message",
      subtitle: rest.subtitle?.toWellFormed(),
      // The app reads text here, so an id in `extra` that is none is dropped.
      fromUserId: (fromUserId ?? readUserId(extra.fromUserId).userId)?.toWellFormed(),
      extra,
      badge: rest.badge ?? undefined,
      sound: sound ?? "default",
      threadId: rest.threadId ?? undefined,
      category: rest.category ?? undefined,
      interruptionLevel: rest.interruptionLevel ?? undefined,
      relevanceScore: rest.relevanceScore ?? undefined,
      collapseId: rest.collapseId ?? undefined,
      expiration: expiration === 0 ? 0 : expiration == null ? undefined : new Date(expiration),
      contentAvailable: contentAvailable ?? false,
      mutableContent: mutableContent ?? false,
    }),
  );

/** @throws `ApnsVoipError`, code `INVALID_CALL`, naming every field that is wrong. */
export function readMessage(message: unknown): ReadMessage {
  const parsed = messageSchema.safeParse(message);
  const issues: readonly ApnsVoipIssue[] = [
    ...strangers(message),
    ...(parsed.success ? [...blankness(parsed.data), ...typeOf(parsed.data)] : issuesOf(parsed.error)),
  ];
  if (parsed.success && issues.length === 0) return parsed.data;
  throw invalidCall("message", issues);
}

/** Refuses keys that do not exist, because what they are meant to do would not happen. */
function strangers(message: unknown): ApnsVoipIssue[] {
  if (!isPlainObject(message)) return [];
  return unknownKeys(message as object).map(path => {
    const near = nearest(path, MESSAGE_KEYS);
    const hint = near === undefined ? "an app's own keys go into extra" : `did you mean ${near}?`;
    return { path, message: `${describe(path)} is no key of a message; ${hint}` };
  });
}

export function unknownKeys(message: object): string[] {
  return Object.entries(message).flatMap(([key, value]) =>
    value === undefined || MESSAGE_KEYS.includes(key) ? [] : [key],
  );
}

/**
 * Refuses a `type` in `extra` that differs from the message's. The app routes a tap by the type, and one that silently
 * changed would be looked for on the phone.
 */
function typeOf({ type, extra }: ReadMessage): ApnsVoipIssue[] {
  if (extra.type === undefined || extra.type === type) return [];
  const message = `extra.type must not be ${describe(extra.type)} beside the type ${describe(type)}: say type, beside title and body`;
  return [{ path: "extra.type", message }];
}

/** Refuses a message without any text to show. */
function blankness({ title, body }: ReadMessage): ApnsVoipIssue[] {
  const shows = title.trim() !== "" || body.trim() !== "";
  return shows ? [] : [{ path: "body", message: "body must not be blank when title is blank too" }];
}

type Extra = { readonly [key: string]: unknown; readonly fromUserId?: unknown };

/**
 * A copy of `extra` as the phone will see it. Half an emoji is mended, because the phone's parser would refuse the
 * whole payload.
 */
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

function isShare(given: unknown): boolean {
  return typeof given === "number" && given >= 0 && given <= 1;
}

/** Refuses numbers other than 0, because seconds and milliseconds look alike. */
function isTime(given: unknown): boolean {
  if (given === 0) return true;
  if (typeof given !== "string" && !(given instanceof Date)) return false;
  return !Number.isNaN(new Date(given).getTime());
}

function isBoolean(given: unknown): boolean {
  return typeof given === "boolean";
}
