import { type Clock, monotonicNow } from "../clock.js";
import type { ApnsVoipError } from "../errors.js";
import { Expiry } from "../internal/expiry.js";
import { FetchRequest } from "./fetch-request.js";
import { HeldToken } from "./held-token.js";
import type { ApnsFetch } from "./options.js";
import type { Parcel } from "./parcel.js";
import type { ProviderToken, ProviderTokens } from "./provider-token.js";
import { TokenPolicy } from "./token-policy.js";
import type { Transport } from "./transport.js";
import { tooLate } from "./unsent-errors.js";
import { WaitingLine } from "./waiting-line.js";

export interface FetchTransportOptions {
  readonly origin: string;
  readonly fetch: ApnsFetch;
  readonly timeout: number;
  readonly clock: Clock;
  readonly tokens: ProviderTokens;
}

/** Requests that are open at once at most. */
const MOST_IN_FLIGHT = 1000;

/**
 * Pushes through a `fetch` that somebody else provides. It cannot tell when a request left, so a failure is `unknown` unless
 * its cause proves that there was no connection. All requests together count as one connection, with one provider token.
 */
export function createFetchTransport({ origin, fetch, timeout, clock, tokens }: FetchTransportOptions): Transport {
  const line = new WaitingLine(clock, parcel => parcel.unsent(tooLate("room", lastFailure), true));
  const expiry = new Expiry<FetchRequest>(clock);
  const held = new HeldToken(clock, () => held.drop());
  const policy = new TokenPolicy(tokens, clock, {
    tokenReady: pump,
    tokenFailed(error, settled) {
      lastFailure = error;
      if (settled) for (const parcel of line.clear()) parcel.unsent(error, true);
    },
  });
  /** The last failure: of a request, or of a provider token that could not be made. */
  let lastFailure: ApnsVoipError | undefined;

  function submit(parcel: Parcel): void {
    line.add(parcel);
    pump();
  }

  function pump(): void {
    while (expiry.size < MOST_IN_FLIGHT) {
      const parcel = line.first();
      if (parcel === undefined) return;
      const now = monotonicNow(clock);
      const token = policy.tokenFor(held, now);
      if (token === undefined) return;
      line.delete(parcel);
      if (parcel.deadline <= now) parcel.unsent(tooLate("room", lastFailure), true);
      else start(parcel, token);
    }
  }

  function start(parcel: Parcel, { authorization }: ProviderToken): void {
    const expiresAt = Math.min(monotonicNow(clock) + timeout, parcel.deadline);
    const request = new FetchRequest(parcel, expiresAt, failure => {
      lastFailure = failure;
      expiry.delete(request);
      queueMicrotask(pump);
    });
    expiry.add(request);
    request.run(fetch, origin, authorization);
  }

  return {
    submit,
    // There is no connection to replace. All that can differ is the provider token of the next request.
    replace() {
      held.drop();
      return 0;
    },
    rest: () => undefined,
    retireAll() {
      held.drop();
    },
    warmUp: async () => {},
    connections: 0,
    get inFlight() {
      return expiry.size;
    },
    get queued() {
      return line.length;
    },
    close: async () => {},
  };
}
