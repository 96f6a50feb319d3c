import { readDeviceToken } from "../internal/device-token.js";

/**
 * A token as a registration reads it: like `plainToken`, and in other forms, too (`a:b`, blanks around it). For stores whose
 * keys all come from here. A table of others may have rows in such a form, which must be found as they are.
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

/** The spellings of a token that servers have written into tables of their own: a plain index finds each of them. */
export function spellingsOf(token: string): readonly string[] {
  const key = keyOfToken(token);
  const grouped = (size: number, between: string) => key.replace(new RegExp(`.{${size}}(?=.)`, "g"), `$&${between}`);
  const separated = [" ", "-", ":"].flatMap(between => [2, 4, 8].map(size => grouped(size, between)));
  return [key, `<${grouped(8, " ")}>`, `<${key}>`, `"${key}"`, `0x${key}`, ...separated].flatMap(text => [
    text,
    text.toUpperCase(),
  ]);
}

/** Hex digits with anything between them that is neither letter nor digit. */
const DIGITS = String.raw`^([0-9a-f]|[0\\]x|[^0-9a-z])+$`;

/** Such text that is no token: a shortened one, decimal bytes, a UUID; and percent signs, which only the reader decodes. */
const NO_DIGITS = String.raw`%|\.{3}|\*{3}|\y[0-9]{3}\y|^\W*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\W*$`;

/** All of ASCII that is neither letter nor digit, as text of SQL. */
const BETWEEN_DIGITS = String.raw`E' \t\n\v\f\r!"#$&''()*+,-./:;<=>?@[\\]^_\`{|}~'`;

/** A token as nearly every row has it, for PostgreSQL. */
export const CLEAN_TOKEN = "^[0-9a-f]*$";

/**
 * `keyOfToken` in SQL of PostgreSQL, for rows that others write; but labels (`apns:…`) and what is outside ASCII are left to the
 * reader.
 */
export function keyOfTokenSql(column: string): string {
  return String.raw`CASE
    WHEN ${column} ~ '${CLEAN_TOKEN}' THEN ${column}
    WHEN length(${column}) >= 32 AND ${column} ~* '${DIGITS}' AND ${column} !~* '${NO_DIGITS}'
      THEN translate(replace(replace(lower(${column}), '0x', ''), E'\\x', ''), ${BETWEEN_DIGITS}, '')
    WHEN ${column} LIKE '<%>' THEN lower(translate(${column}, '<> ', ''))
    ELSE lower(${column})
  END`;
}
