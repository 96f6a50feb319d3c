import { isKnownFailure } from "../explain/explain-reason.js";

/**
 * The code that says most about an error: the innermost one that can be explained. `fetch` says only "fetch failed" and
 * keeps the cause below; a name with several addresses fails with one error per address.
 */
export function errorCode(error: unknown): string | undefined {
  const codes = codesOf(error);
  return codes.findLast(isKnownFailure) ?? codes.at(-1);
}

/** The code of the innermost error: that of the database, for example. */
export function innermostCode(error: unknown): string | undefined {
  return codesOf(error).at(-1);
}

/** The innermost words of an error. */
export function errorWords(error: unknown): string {
  const messages = [...chain(error)].map(one => one.message).filter(message => message !== "");
  return messages.at(-1) ?? String(error);
}

function codesOf(error: unknown): string[] {
  return [...chain(error)]
    .map(one => (one as { readonly code?: unknown }).code)
    .filter(code => typeof code === "string");
}

function* chain(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 8) return;
  yield error;
  yield* chain(error instanceof AggregateError ? error.errors[0] : error.cause, depth + 1);
}
