import { type Clock, monotonicNow } from "../clock.js";
import { KEEP_TOKEN, PERIOD, type ProviderToken } from "./provider-token.js";

/** Milliseconds: the age of a token of an earlier period at which the connection that took it ends. */
const OLD_TOKEN_UNTIL = 55 * 60_000;

/** The provider token that one connection has taken: for 20 minutes, because Apple wants no second one before. */
export class HeldToken {
  readonly #clock: Clock;
  readonly #onOld: () => void;
  #token: ProviderToken | undefined;
  #until = 0;

  /** `onOld` is called when the token is too old to be used, and another would come too soon. */
  constructor(clock: Clock, onOld: () => void) {
    this.#clock = clock;
    this.#onOld = onOld;
  }

  /** The token at `now`, monotonic milliseconds; `undefined` when another should be taken. */
  at(now: number): ProviderToken | undefined {
    return now < this.#until ? this.#token : undefined;
  }

  /** A token of an earlier period is a connection's last one, because the next could come too soon. */
  take(token: ProviderToken): void {
    const age = this.#clock.now() - token.issuedAt;
    const isLast = age >= PERIOD && age < OLD_TOKEN_UNTIL;
    this.#token = token;
    this.#until = isLast ? Number.POSITIVE_INFINITY : monotonicNow(this.#clock) + KEEP_TOKEN;
    if (isLast) this.#clock.setTimeout(this.#onOld, OLD_TOKEN_UNTIL - age, { background: true });
  }

  drop(): void {
    this.#token = undefined;
  }
}
