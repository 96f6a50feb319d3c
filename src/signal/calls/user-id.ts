import { readUserId } from "../../user-id.js";

export type { UserId } from "../../user-id.js";

/** Characters of a user id at most, because keys in stores are made of it. A longer one is nobody's. */
const LONGEST = 512;

/** The text by which calls know a user; `undefined` for something that is no user id, or cannot be kept in a store. */
export function userKeyOf(given: unknown): string | undefined {
  const { userId } = readUserId(given);
  return userId !== undefined && isStorable(userId) ? userId : undefined;
}

/** As the app wants it in `from`: a number where the id is a canonical decimal. */
export function asSent(userId: string): string | number {
  const number = Number(userId);
  return Number.isSafeInteger(number) && String(number) === userId ? number : userId;
}

/** False for text with half a character in it: a store would give another text back. */
export function isStorable(text: string): boolean {
  return text.length <= LONGEST && text.isWellFormed();
}
