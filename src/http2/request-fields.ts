import { isFieldName } from "./field-names.js";
import type { Fields, Http2Request } from "./port.js";

/**
 * RFC 9113 §8.2.1 forbids NUL, CR and LF in a value, and blanks around it. We send printable ASCII, or nothing: whatever else is
 * in a path or a value is somebody's mistake, or an attempt to smuggle.
 */
const VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;
const PATH = /^\/[\x21-\x7e]*$/;

/** Checks requests before a frame is made of them. What many have in common is checked once. */
export class RequestCheck {
  readonly #shared = new WeakSet<Fields>();
  /** Of the last request: most are like the one before. */
  #lastShared: Fields | undefined;
  #authorization = "";

  /** @throws {TypeError} A path, a name or a value cannot be sent. It says which, and not what is in it, which may be secret. */
  check({ path, authorization, shared, own }: Http2Request): void {
    if (!PATH.test(path)) throw new TypeError(`a path begins with "/" and has visible ASCII characters only`);
    if (authorization !== this.#authorization) {
      checkValue("authorization", authorization);
      this.#authorization = authorization;
    }
    if (shared !== this.#lastShared && !this.#shared.has(shared)) {
      checkFields(shared);
      this.#shared.add(shared);
    }
    this.#lastShared = shared;
    checkFields(own);
  }
}

/** @throws {TypeError} */
export function checkValue(name: string, value: string): void {
  if (!VALUE.test(value))
    throw new TypeError(
      `the value of ${name} must be printable ASCII without blanks around it, so that it fits in a field`,
    );
}

function checkFields(fields: Fields): void {
  for (const [name, value] of fields) {
    if (!isFieldName(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a field that HTTP/2 can send`);
    checkValue(name, value);
  }
}
