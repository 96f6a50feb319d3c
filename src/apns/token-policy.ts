import type { Clock } from "../clock.js";
import type { ApnsVoipError } from "../errors.js";
import { BackOff } from "./back-off.js";
import type { HeldToken } from "./held-token.js";
import type { ProviderToken, ProviderTokens } from "./provider-token.js";
import { TokenRefusals } from "./token-refusals.js";
import type { FreshAfter } from "./transport.js";

/** What a transport hears of its provider tokens. */
export interface TokenListener {
  /** There is a token again: pushes that waited for it can go. */
  tokenReady(): void;
  /** No token could be made. `settled`: none will be. */
  tokenFailed(error: ApnsVoipError, settled: boolean): void;
}

/** Which provider token goes out where, and what is done about a refusal of one. One for each environment. */
export class TokenPolicy {
  readonly #tokens: ProviderTokens;
  readonly #clock: Clock;
  readonly #listener: TokenListener;
  readonly #refusals: TokenRefusals;
  readonly #backOff = new BackOff();
  #isAwaiting = false;
  /** True when the next connection is to take the previous period's token. */
  #nextTakesPrevious = false;
  /** Connections after this one may have taken the previous period's token. */
  #previousAfter: FreshAfter = 0;

  constructor(tokens: ProviderTokens, clock: Clock, listener: TokenListener) {
    this.#tokens = tokens;
    this.#clock = clock;
    this.#listener = listener;
    this.#refusals = new TokenRefusals(clock);
  }

  /**
   * The token for a push; `undefined` while none has been made, and `tokenReady` follows.
   *
   * @param now Monotonic milliseconds.
   */
  tokenFor(held: HeldToken, now: number): ProviderToken | undefined {
    const token = held.at(now);
    if (token !== undefined) return token;
    const current = this.#tokens.current();
    if (current === undefined) void this.#await();
    else held.take(current);
    return current;
  }

  /** A connection is being opened: the signature is made while the network does its part. Resolves with what it must take. */
  async forNextConnection(): Promise<ProviderToken | undefined> {
    const takesPrevious = this.#nextTakesPrevious;
    this.#nextTakesPrevious = false;
    this.#tokens.ready().catch(() => {});
    return takesPrevious ? this.#tokens.previous().catch(() => undefined) : undefined;
  }

  /** Apple called the token of a connection expired. `newest`: the newest connection there is. */
  expired(connection: number, newest: number): FreshAfter | undefined {
    return this.#refusals.grant(connection, newest);
  }

  /** Apple saw too many tokens on a connection. `mayOpen`: there is room for one more. */
  tooMany(connection: number, newest: number, mayOpen: boolean): FreshAfter | undefined {
    if (connection <= this.#previousAfter) return this.#previousAfter;
    if (!this.#tokens.hasPrevious || !mayOpen) return undefined;
    this.#nextTakesPrevious = true;
    this.#previousAfter = newest;
    return newest;
  }

  /** Apple accepted a push: its token is good. */
  accepted(): void {
    this.#refusals.accepted();
  }

  async #await(): Promise<void> {
    if (this.#isAwaiting) return;
    this.#isAwaiting = true;
    try {
      await this.#tokens.ready();
      this.#backOff.reset();
    } catch (error) {
      const failure = error as ApnsVoipError;
      // A signer elsewhere that failed may work again. A wrong signature will be wrong again.
      this.#listener.tokenFailed(failure, failure.cause === undefined);
      await new Promise<void>(resolve => this.#clock.setTimeout(resolve, this.#backOff.next()));
    }
    this.#isAwaiting = false;
    this.#listener.tokenReady();
  }
}
