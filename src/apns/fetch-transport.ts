import { type Clock, monotonicNow } from "../clock.js";
import type { ApnsVoipError } from "../errors.js";
import { Expiry } from "../internal/expiry.js";
import { BackOff } from "./back-off.js";
import { FetchRequest } from "./fetch-request.js";
import type { ApnsFetch } from "./options.js";
import { KEEP_TOKEN, type ProviderToken, type ProviderTokens } from "./provider-token.js";
import type { Parcel, Transport } from "./transport.js";
import { tooLate } from "./unsent-errors.js";
import { WaitingLine } from "./waiting-line.js";

export interface FetchTransportOptions {
  readonly origin: string;
  readonly fetch: ApnsFetch;
  readonly timeout: number;
  readonly clock: Clock;
  readonly tokens: ProviderTokens;
}

/** Requests open at once. */
const MOST_IN_FLIGHT = 1000;

/**
 * Pushes through a `fetch` that somebody else provides. It cannot tell when a request left, so a failure is `unknown` unless
 * its cause proves that there was no connection. All requests together count as one connection, with one provider token.
 */
export function createFetchTransport({ origin, fetch, timeout, clock, tokens }: FetchTransportOptions): Transport {
  const line = new WaitingLine(clock, parcel => parcel.unsent(tooLate("room", lastFailure), true));
  const expiry = new Expiry(clock);
  const open = new Map<Parcel, FetchRequest>();
  const backOff = new BackOff();
  let token: ProviderToken | undefined;
  let tokenUntil = 0;
  let awaitingToken = false;
  /** What kept the last request or provider token from being had. */
  let lastFailure: ApnsVoipError | undefined;

  function submit(parcel: Parcel): void {
    line.add(parcel);
    pump();
  }

  function pump(): void {
    while (open.size < MOST_IN_FLIGHT) {
      const parcel = line.first();
      if (parcel === undefined) return;
      const held = takeToken();
      if (held === undefined) return;
      line.delete(parcel);
      if (parcel.deadline <= monotonicNow(clock)) parcel.unsent(tooLate("room", lastFailure), true);
      else start(parcel, held);
    }
  }

  function takeToken(): ProviderToken | undefined {
    if (token !== undefined && monotonicNow(clock) < tokenUntil) return token;
    token = tokens.current();
    if (token !== undefined) tokenUntil = monotonicNow(clock) + KEEP_TOKEN;
    else if (!awaitingToken) awaitToken();
    return token;
  }

  async function awaitToken(): Promise<void> {
    awaitingToken = true;
    try {
      await tokens.ready();
      backOff.reset();
    } catch (error) {
      lastFailure = error as ApnsVoipError;
      // A signer elsewhere that failed may work again; a signature of the wrong shape will not mend itself.
      if (lastFailure.cause === undefined) for (const parcel of line.clear()) parcel.unsent(lastFailure, true);
      await new Promise<void>(resolve => clock.setTimeout(resolve, backOff.next()));
    }
    awaitingToken = false;
    pump();
  }

  function start(parcel: Parcel, { authorization }: ProviderToken): void {
    const expiresAt = Math.min(monotonicNow(clock) + timeout, parcel.deadline);
    const request = new FetchRequest(parcel, expiresAt, failure => {
      lastFailure = failure;
      expiry.delete(request);
      if (open.get(parcel) === request) open.delete(parcel);
      queueMicrotask(pump);
    });
    open.set(parcel, request);
    expiry.add(request);
    request.run(fetch, origin, authorization);
  }

  return {
    submit,
    abandon(parcel) {
      line.delete(parcel);
      open.get(parcel)?.abandon();
    },
    // There is no connection to replace; the next request may get the token of another period at the most.
    replace() {
      token = undefined;
      return 0;
    },
    rest: () => undefined,
    retireAll() {
      token = undefined;
    },
    warmUp: async () => {},
    connections: 0,
    get inFlight() {
      return open.size;
    },
    get queued() {
      return line.length;
    },
    close: async () => {},
  };
}
