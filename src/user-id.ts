import { describe } from "./internal/describe.js";

/** As the app has it: a number or text; a bigint is its decimal text. `10`, `10n` and `"10"` are the same user. */
export type UserId = string | number | bigint;

/** A user id as stores keep it: text. */
export type UserIdReading =
  | { readonly userId: string; readonly problem?: undefined }
  | { readonly userId?: undefined; readonly problem: string };

/** Said of a number at which JavaScript does not know every integer any more, so that the id may be another one already. */
const TOO_LARGE = ", which may have lost digits: send ids from 2 ** 53 up as text";

export function readUserId(given: unknown): UserIdReading {
  if (typeof given === "string" && given.trim() !== "") return { userId: given };
  if (Number.isSafeInteger(given) || typeof given === "bigint") return { userId: String(given) };
  const wanted = "text that is not blank, or an integer";
  return given === undefined || given === null
    ? { problem: `is missing: it must be ${wanted}` }
    : { problem: `must be ${wanted}, not ${describe(given)}${Number.isInteger(given) ? TOO_LARGE : ""}` };
}
