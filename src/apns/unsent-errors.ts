import { ApnsVoipError } from "../errors.js";

/** The deadline passed in the line. What kept the push there, if something did, is the better cause. */
export function tooLate(waitedFor: string, lastFailure?: ApnsVoipError): ApnsVoipError {
  if (lastFailure === undefined) {
    return new ApnsVoipError("DEADLINE", `the deadline passed while the push waited for ${waitedFor}; it never left`);
  }
  const message = `${lastFailure.message}; the push never left before its deadline`;
  return new ApnsVoipError(lastFailure.code, message, { cause: lastFailure });
}

/** Apple wants no new provider token, and no connection is left to open. */
export function allRest(): ApnsVoipError {
  return new ApnsVoipError(
    "CONNECTION_FAILED",
    "every connection rests because Apple saw too many provider tokens (429 TooManyProviderTokenUpdates): does another server of this team make its own, or is its clock wrong?",
  );
}

/** The sender has cancelled the push. */
export function cancelled(): ApnsVoipError {
  return new ApnsVoipError("CANCELLED", "the push was cancelled before Apple had it");
}
