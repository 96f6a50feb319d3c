import type { Connection } from "./connection.js";
import type { Strictness } from "./options.js";
import type { ProviderTokenCheck } from "./provider-token.js";
import type { PushRefusal } from "./request.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Milliseconds within which Apple takes one new provider token on a connection, and no second. */
export const TOKEN_UPDATE_INTERVAL = 20 * MINUTE;
/** Milliseconds that a token may come too soon, because the network may have held the one before it back. */
export const TOKEN_UPDATE_TOLERANCE = 5000;

const forbidden = (reason: string): PushRefusal => ({ status: 403, reason });
const tooManyUpdates: PushRefusal = { status: 429, reason: "TooManyProviderTokenUpdates" };

/**
 * Judges a provider token as Apple does, and notes on the connection what Apple remembers of it. Documented: the hour,
 * the 20 minutes per connection, one team and one key family per connection, the environments of a key. Seen in the
 * field: that a second team spoils the connection for both, that it stays stuck after an expired token and, for a time,
 * after too many. An expired or forged token never replaces the one in use.
 *
 * @see https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 */
export function judgeProviderToken(
  check: ProviderTokenCheck,
  connection: Connection,
  now: number,
  strictness: Strictness,
): PushRefusal | undefined {
  if (check.kind === "missing") return forbidden("MissingProviderToken");
  if (connection.spoiledBy !== undefined) return forbidden(connection.spoiledBy);
  if (now < connection.restsUntil) return tooManyUpdates;
  if (check.kind === "invalid") return forbidden("InvalidProviderToken");

  if (check.issuedAt < now - HOUR) return spoil(connection, "ExpiredProviderToken");
  if (check.issuedAt > now + HOUR) return { status: 403, reason: strictness.futureTokenReason };
  if (!check.key.environments.includes(connection.environment)) return forbidden(strictness.environmentKeyReason);

  connection.key ??= check.key;
  if (connection.key.teamId !== check.key.teamId) return spoil(connection, "InvalidProviderToken");
  if (connection.key.family !== check.key.family) return forbidden("UnrelatedKeyIdInToken");

  const inUse = connection.providerToken;
  if (inUse?.text === check.text) return undefined;
  if (inUse !== undefined && now - inUse.since < TOKEN_UPDATE_INTERVAL - TOKEN_UPDATE_TOLERANCE) {
    if (connection.real) connection.restsUntil = now + TOKEN_UPDATE_INTERVAL;
    return tooManyUpdates;
  }
  connection.providerToken = { text: check.text, since: now };
  return undefined;
}

function spoil(connection: Connection, reason: "ExpiredProviderToken" | "InvalidProviderToken"): PushRefusal {
  if (connection.real) connection.spoiledBy = reason;
  return forbidden(reason);
}
