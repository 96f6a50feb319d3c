import { ApnsVoipError } from "../errors.js";

/** One option of `maker` that is wrong. `given` is shown as it is: describe it first, unless it is a secret. */
export function invalidOption(maker: string, path: string, wanted: string, given: string): ApnsVoipError {
  const message = `${path} must be ${wanted}, not ${given}`;
  return new ApnsVoipError("INVALID_OPTIONS", `${maker}: ${message}`, { issues: [{ path, message }] });
}
