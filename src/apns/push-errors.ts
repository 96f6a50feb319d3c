import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";

/** A field of a push that is not as it must be. */
export function invalid(field: string, given: unknown, wanted: string): ApnsVoipError {
  return wrong(field, `${given === undefined ? "missing" : `${describe(given)} given`}; wanted: ${wanted}`);
}

export function wrong(field: string, what: string, cause?: unknown): ApnsVoipError {
  const message = `${field}: ${what}`;
  return new ApnsVoipError("INVALID_PUSH", message, { cause, issues: [{ path: field, message }] });
}
