import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import type { OnEvent, PushEvent } from "../events.js";
import { withoutTokens } from "../internal/describe.js";
import { emit } from "../internal/emit.js";
import { Expiring, Expiry } from "../internal/expiry.js";

type Operation = Extract<PushEvent, { type: "push.store-failed" }>["operation"];

/**
 * Runs an operation of a store; when it throws, or does not answer in time, says so in an event. A store that refuses what
 * it is to keep (`INVALID_REGISTRATION`) works: its error is handed on. `read` is given what the store answered; where it
 * throws, the store has failed.
 */
export type StoreGuard = <T, Read = T>(
  operation: Operation,
  milliseconds: number,
  work: () => Promise<T>,
  read?: (answer: T) => Read,
) => Promise<Guarded<Read>>;

export type Guarded<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: ApnsVoipError };

export function createStoreGuard(clock: Clock, onEvent: OnEvent | undefined): StoreGuard {
  // All waits share one timer.
  const awaited = new Expiry<Wait>(clock);

  return (operation, milliseconds, work, read = asItIs) =>
    new Promise(resolve => {
      const wait = new Wait(monotonicNow(clock) + milliseconds, operation, milliseconds, resolve, late);
      awaited.add(wait);
      begun(work).then(
        answer => {
          // What comes after the wait is heard by nobody.
          if (!wait.end()) return;
          try {
            resolve({ value: read(answer) });
          } catch (cause) {
            resolve(failure(operation, cause));
          }
        },
        cause => {
          if (wait.end()) resolve(failure(operation, cause));
        },
      );
    });

  function late({ operation, milliseconds, resolve }: Wait): void {
    resolve(failed(operation, `did not answer ${operation} within ${Math.ceil(milliseconds)} ms`));
  }

  function failure(operation: Operation, cause: unknown) {
    if (operation === "save" && isApnsVoipError(cause) && cause.code === "INVALID_REGISTRATION") {
      return { error: withoutTokensIn(cause) };
    }
    // A store of ours has said already which store, which operation and why.
    if (isApnsVoipError(cause) && cause.code === "STORE_FAILED") return told(operation, withoutTokensIn(cause));
    return failed(operation, `failed to ${operation}: ${firstLine(cause)}`, cause);
  }

  function failed(operation: Operation, what: string, cause?: unknown) {
    return told(operation, new ApnsVoipError("STORE_FAILED", `the ${nameOf(operation)} ${what}`, { cause }));
  }

  function told(operation: Operation, error: ApnsVoipError) {
    emit(onEvent, { type: "push.store-failed", operation, error });
    return { error };
  }
}

/** For an answer of a store. It holds what is said when none comes, so that no push makes a function for that. */
class Wait extends Expiring {
  readonly operation: Operation;
  readonly milliseconds: number;
  readonly resolve: (failed: { readonly error: ApnsVoipError }) => void;
  readonly #late: (wait: Wait) => void;

  constructor(
    expiresAt: number,
    operation: Operation,
    milliseconds: number,
    resolve: Wait["resolve"],
    late: (wait: Wait) => void,
  ) {
    super(expiresAt);
    this.operation = operation;
    this.milliseconds = milliseconds;
    this.resolve = resolve;
    this.#late = late;
  }

  /** The answer is there. False when it comes too late. */
  end(): boolean {
    if (this.watchedBy === undefined) return false;
    this.watchedBy.delete(this);
    return true;
  }

  expire(): void {
    this.#late(this);
  }
}

/** The store may be anybody's: it may throw at once, or give no promise. */
function begun<T>(work: () => Promise<T>): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (cause) {
    return Promise.reject(cause);
  }
}

function asItIs<T, Read>(answer: T): Read {
  return answer as unknown as Read;
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
