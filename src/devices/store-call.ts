import { type Clock, systemClock } from "../clock.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import { withoutTokens } from "../internal/describe.js";
import { aClock, type OptionChecks, range } from "../internal/options.js";
import { waitFor } from "../internal/wait.js";

export interface StoreCallOptions {
  /**
   * Milliseconds that one operation may take. Default: 5000, for `redisCallStore` 2000. Bounds: 1 to 2147483647. Then it
   * rejects with `STORE_FAILED`, because a phone or a caller is waiting, and many drivers wait for ever. The database may
   * still carry the operation out; set its own limits (`statement_timeout`, the pool's `connectionTimeoutMillis`, the
   * client's `commandTimeout`) to stop it there.
   */
  readonly timeout?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** Checks the options that every store has. Node's timers fire at once for more than 2 ** 31 - 1 milliseconds. */
export const STORE_CHECKS: OptionChecks<StoreCallOptions> = {
  timeout: range("milliseconds", 1, 2 ** 31 - 1),
  clock: aClock,
};

export type StoreCall = <T>(operation: string, ask: () => Promise<T>, timeout?: number) => Promise<T>;

/**
 * Asks a database within a bound. Whatever goes wrong becomes a `STORE_FAILED` that names the store and the operation and
 * holds no device token: drivers attach values (`detail` in PostgreSQL, `command.args` in ioredis), and errors get logged.
 *
 * `hints` says what to do about an error code of the database.
 */
export function storeCalls(
  store: string,
  options: StoreCallOptions,
  hints: Readonly<Record<string, string>> = {},
): StoreCall {
  const { timeout: usual = 5000, clock = systemClock } = options;
  const failure = (operation: string, error: unknown) => {
    if (isApnsVoipError(error)) return error;
    const code = codeOf(error);
    const hint = code !== undefined && Object.hasOwn(hints, code) ? `: ${hints[code]}` : "";
    const message = `${store}: ${operation} failed: ${messageOf(error)}${hint}`;
    return new ApnsVoipError("STORE_FAILED", message, { cause: withoutValues(error) });
  };

  return async (operation, ask, timeout = usual) => {
    const waited = await waitFor(ask(), { clock, milliseconds: timeout }).catch(error => {
      throw failure(operation, error);
    });
    if (waited.gaveUp === undefined) return waited.value;
    throw failure(operation, new Error(`no answer within ${timeout} ms`));
  };
}

/** The error code of a database or of the system: `40001`, `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/** A refused `localhost` is an `AggregateError` with an empty message, one error inside for each address. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join(", ");
  return withoutTokens(error instanceof Error ? error.message || error.name : String(error));
}

function withoutValues(error: unknown): Error {
  const copy: Error & { code?: string } = new Error(messageOf(error));
  const code = codeOf(error);
  if (code !== undefined) copy.code = code;
  if (error instanceof Error) {
    copy.name = error.name;
    if (error.stack !== undefined) copy.stack = withoutTokens(error.stack);
  }
  return copy;
}
