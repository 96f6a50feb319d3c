export type { UserId } from "../../user-id.js";

/** Longer ids are nobody's; keys in stores are made of them. */
const LONGEST = 512;

/** The text by which a user is known; `undefined` for what is no user id. */
export function readUserId(given: unknown): string | undefined {
  if (typeof given === "bigint" || Number.isSafeInteger(given)) return String(given);
  return typeof given === "string" && given.trim() !== "" && isStorable(given) ? given : undefined;
}

/** As the app wants it in `from`: a number where the id is a canonical decimal. */
export function asSent(userId: string): string | number {
  const number = Number(userId);
  return Number.isSafeInteger(number) && String(number) === userId ? number : userId;
}

/** Half a character is not the same text any more when a store gives it back. */
export function isStorable(text: string): boolean {
  return text.length <= LONGEST && text.isWellFormed();
}
