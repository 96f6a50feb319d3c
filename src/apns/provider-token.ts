import { type Clock, monotonicNow } from "../clock.js";
import type { KeySource } from "./key-source.js";
import { prove, sign } from "./signature.js";

/**
 * `iat` sits on this grid, in milliseconds, so that every process that holds the key makes the same token without
 * talking to the others.
 */
export const PERIOD = 30 * 60_000;

/**
 * How long a connection keeps its token, in milliseconds: Apple refuses a second one on a connection within 20 minutes.
 *
 * @see https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 */
export const KEEP_TOKEN = 20 * 60_000;

/** The oldest a token may be when a connection takes it because Apple asked for fewer new ones: milliseconds. */
const OLDEST_PREVIOUS = 50 * 60_000;

/** Milliseconds before it is needed in which the next period's token is made, so that no push waits for a signature. */
const AHEAD = 2 * 60_000;

/** The ES256 JWT that says who we are. */
export interface ProviderToken {
  /** The value of the `authorization` header. */
  readonly authorization: string;
  /** Its `iat`, epoch milliseconds. Never in the future. */
  readonly issuedAt: number;
}

export interface ProviderTokens {
  /** The token of the period that contains now, if it has been made. */
  current(): ProviderToken | undefined;
  /** The same token, made if need be. However many ask, one signature is made. */
  ready(): Promise<ProviderToken>;
  /** The token of the period before; `undefined` when it is 50 minutes old or older. */
  previous(): Promise<ProviderToken | undefined>;
  /** Whether `previous()` has one to give. */
  readonly hasPrevious: boolean;
  /** Forgets everything: the key has changed. */
  forget(): void;
  /** The `iat` of the token that was handed out last, epoch milliseconds. */
  readonly newest: number | undefined;
}

export interface ProviderTokenOptions {
  readonly teamId: string;
  readonly keyId: string;
  readonly keys: KeySource;
  readonly clock: Clock;
  readonly onMade: (issuedAt: number) => void;
}

export function createProviderTokens({ teamId, keyId, keys, clock, onMade }: ProviderTokenOptions): ProviderTokens {
  let made = new Map<number, ProviderToken>();
  let making = new Map<number, Promise<ProviderToken>>();
  let handedOut: { readonly token: ProviderToken; readonly at: number }[] = [];
  let proven = false;

  async function make(period: number): Promise<ProviderToken> {
    const mine = made;
    const issuedAt = period * PERIOD;
    const head = encode({ alg: "ES256", kid: keyId });
    const claims = encode({ iss: teamId, iat: issuedAt / 1000 });
    const text = `${head}.${claims}.${await sign(keys, clock, `${head}.${claims}`)}`;
    if (!proven) prove(keys, text);
    proven = true;
    const token = { authorization: `bearer ${text}`, issuedAt };
    mine.set(period, token);
    for (const old of mine.keys()) if (old < period - 2) mine.delete(old);
    onMade(issuedAt);
    return token;
  }

  function makeOnce(period: number): Promise<ProviderToken> {
    const underWay = making.get(period);
    if (underWay !== undefined) return underWay;
    const mine = making;
    const promise = make(period).finally(() => mine.delete(period));
    mine.set(period, promise);
    return promise;
  }

  /**
   * Two tokens within 20 minutes is what the grid needs (one on either side of a line). A clock that jumps to and fro
   * would make more: then one of the two serves on, so that Apple never sees a storm.
   */
  function withinLimit(period: number): ProviderToken | undefined {
    const now = monotonicNow(clock);
    handedOut = handedOut.filter(({ at }, index) => now - at < KEEP_TOKEN || index === handedOut.length - 1);
    if (handedOut.some(({ token }) => token.issuedAt === period * PERIOD)) return undefined;
    const recent = handedOut.filter(({ at }) => now - at < KEEP_TOKEN).map(({ token }) => token);
    return recent.length >= 2 ? bestOf(recent) : undefined;
  }

  /** The newest token that is not from the future. If all are, the one nearest to now. */
  function bestOf(tokens: readonly ProviderToken[]): ProviderToken {
    const now = clock.now();
    const past = tokens.filter(({ issuedAt }) => issuedAt <= now);
    const distance = ({ issuedAt }: ProviderToken) => Math.abs(now - issuedAt);
    return (past.length > 0 ? past : tokens).reduce((best, token) => (distance(token) < distance(best) ? token : best));
  }

  function handOut(token: ProviderToken): ProviderToken {
    if (!handedOut.some(other => other.token.issuedAt === token.issuedAt))
      handedOut.push({ token, at: monotonicNow(clock) });
    return token;
  }

  function wanted(): number {
    return Math.floor(clock.now() / PERIOD);
  }

  return {
    current() {
      const period = wanted();
      const token = withinLimit(period) ?? made.get(period);
      if (token === undefined) return undefined;
      if ((period + 1) * PERIOD - clock.now() < AHEAD && !made.has(period + 1)) makeOnce(period + 1).catch(() => {});
      return handOut(token);
    },
    async ready() {
      const period = wanted();
      const mine = making;
      const token = withinLimit(period) ?? made.get(period) ?? (await makeOnce(period));
      // The key may have changed meanwhile, and a token of the old one must not go out.
      return mine === making ? handOut(token) : this.ready();
    },
    async previous() {
      const period = wanted() - 1;
      return this.hasPrevious ? (made.get(period) ?? makeOnce(period)) : undefined;
    },
    get hasPrevious() {
      return clock.now() - (wanted() - 1) * PERIOD < OLDEST_PREVIOUS;
    },
    forget() {
      made = new Map();
      making = new Map();
      handedOut = [];
      proven = false;
    },
    get newest() {
      return handedOut.at(-1)?.token.issuedAt;
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
