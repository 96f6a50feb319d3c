import type { Environment } from "../../environment.js";
import { tokenPrefix } from "../../internal/describe.js";
import type { MockDevice } from "../device.js";
import type { MockPush } from "../push.js";

/** What a provider token says of itself: never the token. */
export interface ProviderTokenView {
  readonly kid: string;
  readonly iss: string;
  /** Seconds since the epoch. */
  readonly iat: number | null;
}

/** A push that Apple has judged, as the control API and the page show it. */
export interface PushView {
  /** Counted from 1, in the order of the verdicts. */
  readonly id: number;
  readonly at: Date;
  readonly environment: Environment;
  readonly connection: number;
  /** The start of the device token, whatever that was. */
  readonly tokenPrefix: string;
  /** The token, when it is that of a phone of the mock. */
  readonly device: string | null;
  readonly userId: string | null;
  readonly apnsId: string;
  /** As they came. Values of headers that Apple does not know are hidden, because they may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: none came. `"unreadable"`: not a JWT. */
  readonly providerToken: ProviderTokenView | "unreadable" | null;
  readonly payload: unknown;
  readonly status: number;
  readonly reason: string | null;
}

const HIDDEN = "[hidden]";
/** Headers whose values are shown. Another header may hold a client's cookie. */
const SHOWN = /^(?:apns-.+|content-.+|accept.*|user-agent|te|date|host)$/;
/** Characters of an id that is shown. A longer text is no id. */
const LONGEST_ID = 40;

export function viewPush(push: MockPush, id: number, device: MockDevice | undefined): PushView {
  const { authorization, ...headers } = push.headers;
  return {
    ...{ id, at: push.at, environment: push.environment, connection: push.connection },
    ...{ tokenPrefix: tokenPrefix(push.token), device: device?.token ?? null, userId: device?.userId ?? null },
    apnsId: push.apnsId,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, SHOWN.test(name) ? value : HIDDEN]),
    ),
    providerToken: viewProviderToken(authorization),
    ...{ payload: push.payload, status: push.status, reason: push.reason ?? null },
  };
}

function viewProviderToken(authorization: string | undefined): PushView["providerToken"] {
  if (authorization === undefined) return null;
  const [head, claims] = (authorization.split(/\s+/)[1] ?? "").split(".").map(readPart);
  if (head === undefined || claims === undefined) return "unreadable";
  const { iat } = claims;
  return { kid: readId(head.kid), iss: readId(claims.iss), iat: typeof iat === "number" ? iat : null };
}

function readPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const readId = (value: unknown): string => (typeof value === "string" ? value.slice(0, LONGEST_ID) : "");
