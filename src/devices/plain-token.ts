import { readDeviceToken } from "../internal/device-token.js";

/**
 * `plainToken`, and whatever else a registration takes for the same token (`a:b`, blanks around it): for stores whose keys all come
 * from here. A table of others may have rows in such a form, which must be found as they are.
 */
export function keyOfToken(token: string): string {
  // Text with a NUL is not cleaned: a store keeps it whole or refuses it.
  const read = token.includes("\0") ? undefined : readDeviceToken(token).token;
  return read ?? plainToken(token);
}

/** A token in the one spelling in which stores keep it: lower case, `<ab cd>` (how old iOS printed it) without what is no digit. */
export function plainToken(token: string): string {
  return (/^<.*>$/.test(token) ? token.replace(/[<> ]/g, "") : token).toLowerCase();
}

/** The spellings of a token in tables that others have filled: an index finds each of them. */
export function spellingsOf(token: string): readonly string[] {
  const plain = plainToken(token);
  const printed = `<${plain.replace(/.{8}(?!$)/g, "$& ")}>`;
  return [plain, printed, `<${plain}>`].flatMap(text => [text, text.toUpperCase()]);
}

/** `plainToken` in SQL of PostgreSQL, for rows that were there before us. */
export function plainTokenSql(column: string): string {
  return `lower(CASE WHEN ${column} LIKE '<%>' THEN translate(${column}, '<> ', '') ELSE ${column} END)`;
}
