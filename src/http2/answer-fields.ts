import { isFieldName } from "./field-names.js";
import type { Fields } from "./port.js";

/** RFC 9113 §8.2.1: never in a value, blanks never around it. */
const BAD_VALUE = /[\0\n\r]|^[ \t]|[ \t]$/;

/** RFC 9113 §8.3.2: three digits. 101 does not exist in HTTP/2 (§8.6). */
const STATUS = /^[1-5]\d\d$/;
const SWITCHING_PROTOCOLS = 101;

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;

const COLON = 58;

/** The status of an answer, or why it is malformed (RFC 9113 §8.1.1). */
export function readStatus(fields: Fields): number | string {
  const first = fields[0];
  if (first === undefined || first[0] !== ":status") return "an answer whose first field is not :status";
  if (!STATUS.test(first[1])) return "an answer whose status is not a number from 100 to 599";
  const status = Number(first[1]);
  if (status === SWITCHING_PROTOCOLS) return "an answer with status 101";
  return malformed(fields, 1) ?? status;
}

/** Why trailers are malformed, if they are. */
export const badTrailers = (fields: Fields): string | undefined => malformed(fields, 0);

/**
 * The length that an answer announces; -1 where it does not, or where its status says that it has no body (RFC 9110 §8.6). A text
 * where it is malformed (RFC 9113 §8.1.1).
 */
export function announcedLength(status: number, fields: Fields): number | string {
  if (status === NO_CONTENT || status === NOT_MODIFIED) return -1;
  let length = -1;
  for (const [name, value] of fields) {
    if (name !== "content-length") continue;
    const said = /^\d{1,15}$/.test(value) ? Number(value) : -2;
    if (said < 0 || (length >= 0 && said !== length)) return "an answer whose content-length is no length";
    length = said;
  }
  return length;
}

function malformed(fields: Fields, from: number): string | undefined {
  for (let at = from; at < fields.length; at++) {
    const [name, value] = fields[at] as Fields[number];
    // Names that begin with a colon have their place in front, and there is but one in an answer.
    if (!isFieldName(name))
      return name.charCodeAt(0) === COLON
        ? "a pseudo-field that has no place there"
        : "a field name that HTTP/2 does not have";
    if (value !== "" && BAD_VALUE.test(value)) return "a field value with NUL, CR, LF or blanks around it";
  }
  return undefined;
}
