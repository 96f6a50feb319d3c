import type { Clock } from "../clock.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import type { OnEvent, PushEvent } from "../events.js";
import { withoutTokens } from "../internal/device-token.js";
import { emit } from "../internal/emit.js";
import { createWithin } from "../internal/within.js";

type Operation = Extract<PushEvent, { type: "push.store-failed" }>["operation"];

/**
 * Runs an operation of a store; when it throws, or does not answer in time, says so in an event. A store that refuses what
 * it is to keep (`INVALID_REGISTRATION`) works: its error is handed on.
 */
export type StoreGuard = <T>(
  operation: Operation,
  milliseconds: number,
  work: () => Promise<T>,
) => Promise<
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: ApnsVoipError }
>;

export function createStoreGuard(clock: Clock, onEvent: OnEvent | undefined): StoreGuard {
  const within = createWithin(clock);

  return (operation, milliseconds, work) =>
    within(milliseconds, work).then(
      done => done ?? failed(operation, `did not answer ${operation} within ${Math.ceil(milliseconds)} ms`),
      cause => {
        if (operation === "save" && isApnsVoipError(cause) && cause.code === "INVALID_REGISTRATION") {
          return { error: withoutTokensIn(cause) };
        }
        // A store of ours has said already which store, which operation and why.
        if (isApnsVoipError(cause) && cause.code === "STORE_FAILED") return told(operation, withoutTokensIn(cause));
        return failed(operation, `failed to ${operation}: ${firstLine(cause)}`, cause);
      },
    );

  function failed(operation: Operation, what: string, cause?: unknown) {
    return told(operation, new ApnsVoipError("STORE_FAILED", `the ${nameOf(operation)} ${what}`, { cause }));
  }

  function told(operation: Operation, error: ApnsVoipError) {
    emit(onEvent, { type: "push.store-failed", operation, error });
    return { error };
  }
}

const IDEMPOTENCY: ReadonlySet<Operation> = new Set(["claim", "release", "cancel"]);

function nameOf(operation: Operation): string {
  if (operation === "receipt") return "receipt store";
  return IDEMPOTENCY.has(operation) ? "idempotency store" : "device store";
}

/** The store may be anybody's, and what its errors say ends up in answers and logs. */
function withoutTokensIn({ code, message, issues, cause }: ApnsVoipError): ApnsVoipError {
  const shown = issues.map(issue => ({ ...issue, message: withoutTokens(issue.message) }));
  return new ApnsVoipError(code, withoutTokens(message), { issues: shown, cause });
}

function firstLine(thrown: unknown): string {
  return withoutTokens(String(thrown instanceof Error ? thrown.message : thrown).split("\n", 1)[0]!);
}
