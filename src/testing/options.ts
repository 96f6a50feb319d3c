import type { ApnsReason } from "../apns/reasons.js";
import { aFunction, checkOptions, type OptionChecks, oneOf, wants, whole } from "../internal/options.js";
import type { ReadCall } from "./calling-app.js";

/**
 * How strict the mock is, and how much it remembers. Each default is what Apple documents, or the likeliest reading where
 * Apple says nothing; the comments say which.
 */
export interface MockApnsOptions {
  /** Makes tokens and ids reproducible. Default: a new one each time; `mock.seed` tells it. */
  readonly seed?: number | undefined;
  /**
   * How many pushes, violations and calls of each phone to remember, the last ones. Default: all of them; a mock that runs for
   * days needs a number.
   */
  readonly keep?: number | undefined;
  /**
   * Streams allowed at once on a connection after its first valid provider token; before it, one. Default 1000, as seen
   * in the field; Apple publishes no number.
   */
  readonly maxConcurrentStreams?: number | undefined;
  /**
   * Pushes to one device within a minute before `TooManyRequests`. Default: no limit. Apple has one and does not say
   * which.
   */
  readonly pushesPerMinute?: number | undefined;
  /** How Apple spells the refusal of a key of the other environment. Default: what its servers send, not its documentation. */
  readonly environmentKeyReason?: "BadEnvironmentKeyInToken" | "BadEnvironmentKeyIdInToken" | undefined;
  /** Answer to a provider token from more than an hour ahead. Not documented; default `ExpiredProviderToken`. */
  readonly futureTokenReason?: ApnsReason | undefined;
  /** Answer to a body that is not a JSON object. Not documented; default `PayloadEmpty`. `"accept"`: no check. */
  readonly badJsonReason?: ApnsReason | "accept" | undefined;
  /** How the app on the phones reads a VoIP payload. Default: the six keys of `CallPayload`, leniently. */
  readonly readCall?: ReadCall | undefined;
}

const CHECKS: OptionChecks<MockApnsOptions> = {
  seed: wants("a number", given => typeof given === "number"),
  keep: whole(0, Number.MAX_SAFE_INTEGER),
  maxConcurrentStreams: whole(0, 2 ** 32 - 1),
  pushesPerMinute: whole(0, Number.MAX_SAFE_INTEGER),
  environmentKeyReason: oneOf("BadEnvironmentKeyInToken", "BadEnvironmentKeyIdInToken"),
  futureTokenReason: wants("a reason", given => typeof given === "string"),
  badJsonReason: wants('a reason, or "accept"', given => typeof given === "string"),
  readCall: aFunction,
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`. */
export function checkMockOptions(options: unknown): void {
  checkOptions("createMockApns", options, CHECKS);
}

/** The options of the rules, with every default in place. */
export type Strictness = {
  readonly [Key in keyof Omit<MockApnsOptions, "seed" | "readCall">]-?: NonNullable<MockApnsOptions[Key]>;
};

export function strictnessOf(options: MockApnsOptions): Strictness {
  return {
    keep: options.keep ?? Number.POSITIVE_INFINITY,
    maxConcurrentStreams: options.maxConcurrentStreams ?? 1000,
    pushesPerMinute: options.pushesPerMinute ?? Number.POSITIVE_INFINITY,
    environmentKeyReason: options.environmentKeyReason ?? "BadEnvironmentKeyInToken",
    futureTokenReason: options.futureTokenReason ?? "ExpiredProviderToken",
    badJsonReason: options.badJsonReason ?? "PayloadEmpty",
  };
}
