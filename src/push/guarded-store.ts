import type { Clock } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import type { OnEvent, PushEvent } from "../events.js";
import { withoutTokens } from "../internal/device-token.js";
import { emit } from "../internal/emit.js";
import { within } from "./deadline.js";

type Operation = Extract<PushEvent, { type: "push.store-failed" }>["operation"];

/** Runs an operation of a store; when it throws, or does not answer in time, says so in an event. */
export type StoreGuard = <T>(
  operation: Operation,
  milliseconds: number,
  work: () => Promise<T>,
) => Promise<{ readonly value: T; readonly error?: undefined } | { readonly error: ApnsVoipError }>;

export function createStoreGuard(clock: Clock, onEvent: OnEvent | undefined): StoreGuard {
  return async (operation, milliseconds, work) => {
    try {
      // Wrapped, so that a store that throws instead of rejecting is caught too.
      const done = await within(clock, milliseconds, (async () => work())());
      if (done !== undefined) return done;
      return failed(operation, `did not answer ${operation} within ${Math.ceil(milliseconds)} ms`);
    } catch (cause) {
      return failed(operation, `failed to ${operation}: ${firstLine(cause)}`, cause);
    }
  };

  function failed(operation: Operation, what: string, cause?: unknown) {
    const error = new ApnsVoipError("STORE_FAILED", `the ${nameOf(operation)} ${what}`, { cause });
    emit(onEvent, { type: "push.store-failed", operation, error });
    return { error };
  }
}

function nameOf(operation: Operation): string {
  return operation === "claim" || operation === "release" ? "idempotency store" : "device store";
}

function firstLine(thrown: unknown): string {
  return withoutTokens(String(thrown instanceof Error ? thrown.message : thrown).split("\n", 1)[0]!);
}
