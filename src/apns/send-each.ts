import { type Environment, readEnvironment } from "../environment.js";
import { ApnsVoipError, isApnsVoipError } from "../errors.js";
import { networkCause } from "../internal/network-cause.js";
import type { ApnsClient } from "./client.js";
import type { ApnsPush, ApnsResult, ApnsSendOptions } from "./push.js";
import { type SentPush, sendAll } from "./send-all.js";

/** Sends many with one client. One push that is wrong does not end the others. */
export function sendEach<P extends ApnsPush>(
  client: Pick<ApnsClient, "send" | "environment">,
  pushes: Iterable<P> | AsyncIterable<P>,
  options: ApnsSendOptions,
): AsyncIterable<SentPush<P>> {
  return sendAll(pushes, push =>
    client.send(push, options).catch(error => {
      options.signal?.throwIfAborted();
      return asResult(push, error, client.environment);
    }),
  );
}

/** A push with a mistake in it gets an `unsent` result. */
function asResult(push: ApnsPush, thrown: unknown, preset: Environment): ApnsResult {
  const error = isApnsVoipError(thrown)
    ? thrown
    : new ApnsVoipError("INVALID_PUSH", `the push cannot be read: ${networkCause(thrown)}`, { cause: thrown });
  const { apnsId = "", environment = preset } = (push ?? {}) as Partial<ApnsPush>;
  return { apnsId, environment: readEnvironment(environment) ?? preset, attempts: 0, outcome: "unsent", error };
}
