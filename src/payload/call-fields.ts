import * as z from "zod/v4";
import { describe } from "../internal/describe.js";

/**
 * Why no other type is taken. iOS blocks an app that gets such a push, so the message says so before one is sent.
 */
const WHY_NO_OTHER_TYPE =
  "iOS kills, then blocks, an app that gets a VoIP push and reports no call. " +
  "To stop a ring, tell the app over its socket";

/** The six keys, one schema each: what it accepts, and what that becomes. Defaults that need another key come later. */
export const callFields = {
  type: z
    .custom<"call.incoming">(value => value === "call.incoming", {
      error: issue => `${wanted("type", '"call.incoming" or absent')(issue)}. ${WHY_NO_OTHER_TYPE}`,
    })
    .nullish()
    .transform(() => "call.incoming" as const),
  callId: z
    .custom<string | number | bigint>(value => isText(value) || isNumber(value), {
      error: wanted("callId", "text that is not empty, or a finite number"),
    })
    .transform(id => wellFormed(String(id))),
  fromUserId: z
    .custom<string | number | bigint>(value => isText(value) || isUserNumber(value), {
      error: wanted("fromUserId", `text that is not empty, or an integer from 0 to ${Number.MAX_SAFE_INTEGER}`),
    })
    .transform(canonicalUserId),
  fromDisplayName: z
    .custom<string>(value => typeof value === "string", { error: wanted("fromDisplayName", "text or absent") })
    .nullish()
    .transform(name => (typeof name === "string" && name.trim() !== "" ? wellFormed(name) : undefined)),
  room: z
    .custom<string>(value => typeof value === "string", { error: wanted("room", "text or absent") })
    .nullish()
    .transform(room => (typeof room === "string" ? wellFormed(room) : undefined)),
  hasVideo: z
    .custom<boolean | 0 | 1 | "true" | "false" | "0" | "1">(value => readFlag(value) !== undefined, {
      error: wanted("hasVideo", "true, false, 0, 1, one of these as text in any case, or absent"),
    })
    .nullish()
    .transform(flag => readFlag(flag) ?? false),
};

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
  if (!["boolean", "number", "string"].includes(typeof value)) return undefined;
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
