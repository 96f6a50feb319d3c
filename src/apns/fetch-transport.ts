import { type Clock, monotonicNow } from "../clock.js";
import { ApnsVoipError } from "../errors.js";
import { networkCause, neverLeft } from "../internal/network-cause.js";
import { acceptedAnswer, readAnswer } from "./answer.js";
import { type Expiring, Expiry } from "./expiry.js";
import type { ApnsFetch } from "./options.js";
import { KEEP_TOKEN, type ProviderToken, type ProviderTokens } from "./provider-token.js";
import type { ApnsAnswer, Parcel, Transport } from "./transport.js";
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
  const line = new WaitingLine(clock, parcel => parcel.unsent(tooLate("room"), true));
  const expiry = new Expiry(clock);
  const open = new Map<Parcel, Request>();
  let token: ProviderToken | undefined;
  let tokenUntil = 0;
  let awaitingToken = false;

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
      if (parcel.deadline <= monotonicNow(clock)) parcel.unsent(tooLate("room"), true);
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

  function awaitToken(): void {
    awaitingToken = true;
    tokens.ready().then(
      () => {
        awaitingToken = false;
        pump();
      },
      (error: ApnsVoipError) => {
        awaitingToken = false;
        for (const parcel of line.clear()) parcel.unsent(error, true);
      },
    );
  }

  function start(parcel: Parcel, { authorization }: ProviderToken): void {
    const request = new Request(parcel, Math.min(monotonicNow(clock) + timeout, parcel.deadline), () => {
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

class Request implements Expiring {
  readonly #controller = new AbortController();
  #ended = false;

  readonly parcel: Parcel;
  readonly expiresAt: number;
  readonly #onEnd: () => void;

  constructor(parcel: Parcel, expiresAt: number, onEnd: () => void) {
    this.parcel = parcel;
    this.expiresAt = expiresAt;
    this.#onEnd = onEnd;
  }

  run(fetch: ApnsFetch, origin: string, authorization: string): void {
    const { path, headers, body } = this.parcel.push;
    headers[1] = authorization;
    const pairs: (readonly [string, string])[] = [];
    for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] as string, headers[i + 1] as string]);
    this.parcel.left();
    this.#exchange(() =>
      fetch(`${origin}${path}`, {
        method: "POST",
        headers: Object.fromEntries(pairs),
        body,
        signal: this.#controller.signal,
      }),
    );
  }

  async #exchange(ask: () => ReturnType<ApnsFetch>): Promise<void> {
    try {
      const response = await ask();
      const answer = await answerOf(response);
      if (this.#end()) this.parcel.answered(answer, 0);
    } catch (error) {
      if (!this.#end()) return;
      const why = networkCause(error);
      if (neverLeft(error)) {
        const message = `could not connect to Apple: ${why}`;
        return this.parcel.unsent(new ApnsVoipError("CONNECTION_FAILED", message, { cause: error }), false);
      }
      const message = `fetch failed: ${why}; the push may have been processed`;
      this.parcel.unknown(new ApnsVoipError("CONNECTION_LOST", message, { cause: error }), 0);
    }
  }

  expire(): void {
    if (!this.#end()) return;
    this.#controller.abort();
    this.parcel.unknown(
      new ApnsVoipError("TIMEOUT", "Apple did not answer in time; the push may have been processed"),
      0,
    );
  }

  abandon(): void {
    if (this.#end()) this.#controller.abort();
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#onEnd();
    return true;
  }
}

/** The status alone is Apple's word already: a body that cannot be read takes only the reason away. */
async function answerOf(response: Awaited<ReturnType<ApnsFetch>>): Promise<ApnsAnswer> {
  const { status, headers } = response;
  if (status === 200) return acceptedAnswer(headers.get("apns-unique-id"));
  const body = await response.text().catch(() => "");
  return readAnswer({ status, body, header: name => headers.get(name) ?? undefined });
}
