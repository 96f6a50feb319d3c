import * as z from "zod/v4";
import { describe } from "../internal/describe.js";

/**
 * Why no other type is taken. iOS blocks an app that gets such a push, so the message says so before one is sent.
 */
const WHY_NO_OTHER_TYPE =
  "iOS kills, then blocks, an app that gets a VoIP push and reports no call. " +
  "To stop a ring, tell the app over its socket";

/** The six keys, one schema each: what it accepts, and what that becomes. Defaults come later. */
export const callFields = {
  type: callField<"call.incoming", "call.incoming">(
    value => value === "call.incoming",
    issue => `${wanted("type", '"call.incoming" or absent')(issue)}. ${WHY_NO_OTHER_TYPE}`,
    type => type,
  ).nullish(),
  callId: callField<string | number | bigint, string>(
    value => isText(value) || isNumber(value),
    wanted("callId", "text that is not empty, or a finite number"),
    id => wellFormed(String(id)),
  ),
  fromUserId: callField<string | number | bigint, string | number>(
    value => isText(value) || isUserNumber(value),
    wanted("fromUserId", `text that is not empty, or an integer from 0 to ${Number.MAX_SAFE_INTEGER}`),
    canonicalUserId,
  ),
  fromDisplayName: callField<string, string | undefined>(
    value => typeof value === "string",
    wanted("fromDisplayName", "text or absent"),
    name => (name.trim() === "" ? undefined : wellFormed(name)),
  ).nullish(),
  room: callField<string, string>(
    value => typeof value === "string",
    wanted("room", "text or absent"),
    wellFormed,
  ).nullish(),
  hasVideo: callField<boolean | 0 | 1 | "true" | "false" | "0" | "1", boolean>(
    value => readFlag(value) !== undefined,
    wanted("hasVideo", "true, false, 0, 1, one of these as text in any case, or absent"),
    flag => readFlag(flag) as boolean,
  ).nullish(),
};

/**
 * A field that takes what is right and makes one thing of it. `overwrite` where others would write `transform`: that would
 * cost each call three objects more for each of the six.
 */
function callField<In, Out>(
  isRight: (value: unknown) => boolean,
  error: (issue: { readonly input?: unknown }) => string,
  read: (value: In) => Out,
): z.ZodType<Out, In> {
  // With `abort`, what is not right is not read.
  const right = z.custom<unknown>(isRight, { error, abort: true });
  return right.overwrite(value => read(value as In)) as z.ZodType<Out, In>;
}

/** The message of a refusal: which field, what is wanted and what was given. */
function wanted(name: string, what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) =>
    input === undefined || input === null
      ? `${name} is missing: it must be ${what}`
      : `${name} must be ${what}, not ${describe(input)}`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isNumber(value: unknown): boolean {
  return typeof value === "bigint" || Number.isFinite(value);
}

function isUserNumber(value: unknown): boolean {
  return typeof value === "bigint" ? value >= 0n : Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What apps and bridges send for yes and no. */
const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false, "1": true, "0": false };

/** Reads a flag. `undefined` for anything else. */
export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const text = String(value).toLowerCase();
  return Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined;
}

/**
 * Reads text as a number only where the number, written out, is that very text. So `007` stays text, and ids beyond
 * 2^53 lose no digit.
 */
function canonicalUserId(id: string | number | bigint): string | number {
  if (id === 0) return 0; // also -0
  return isUserNumber(Number(id)) && String(Number(id)) === String(id) ? Number(id) : wellFormed(String(id));
}

/** Half of an emoji, left by a cut in the wrong place, would make JSON that the phone's parser refuses as a whole. */
function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDFFF]/gu, "\uFFFD");
}
