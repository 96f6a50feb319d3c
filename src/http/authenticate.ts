import { describe } from "../internal/describe.js";
import { readUserId, type UserId } from "../user-id.js";
import { refuse } from "./answer.js";
import type { RouteRequest } from "./route.js";

/** Who sends a request: a user, nobody (`null`), or nobody with the reason. */
export type Authentication = { readonly userId: UserId; readonly refused?: undefined } | Refusal | null;

/** Why a request has no user. */
export interface Refusal {
  /** `expired`, `wrong signature`: for the log only. The answer is the same for every bad login, and tells an attacker nothing. */
  readonly refused: string;
  /** The login's user, when nothing is wrong with the login except that it has expired. */
  readonly expiredUserId?: UserId | undefined;
  readonly userId?: undefined;
}

/**
 * Says who sends a request. `native` is the framework's own request, for one that has authenticated the user already
 * (`native.user`).
 */
export interface Authenticate {
  (request: Request, native?: unknown): Promise<Authentication>;
  /** The same from the header `Authorization` alone. Where it is there, the routes call it and need not make a `Request`. */
  readonly byHeader?: ((authorization: string | null) => Promise<Authentication>) | undefined;
}

/** An `Authenticate` that looks at the header alone. Called with a request, it gives a user or `null`. */
export interface AuthenticateByHeader {
  (request: Request): Promise<{ readonly userId: string } | null>;
  readonly byHeader: (
    authorization: string | null,
  ) => Promise<{ readonly userId: string; readonly refused?: undefined } | Refusal>;
}

export function authenticateBy(byHeader: AuthenticateByHeader["byHeader"]): AuthenticateByHeader {
  const authenticate = async (request: Request) => {
    const user = await byHeader(request.headers.get("authorization"));
    return user.refused === undefined ? user : null;
  };
  return Object.assign(authenticate, { byHeader });
}

/** Who sends a request, with ids as text. */
export interface Identity {
  readonly userId?: string | undefined;
  readonly expiredUserId?: string | undefined;
  /** Why there is no user, if `authenticate` said so. */
  readonly refused?: string | undefined;
}

/** @throws `Error` for something that is no user id: `authenticate` is wrong then, not the login, so it goes to the log. */
export async function identify(authenticate: Authenticate, request: RouteRequest, native: unknown): Promise<Identity> {
  const { byHeader } = authenticate;
  const user = byHeader
    ? await byHeader(request.header("authorization"))
    : await authenticate(request.standard(), native);
  if (user?.refused !== undefined) {
    const { userId: expiredUserId } = readUserId(user.expiredUserId);
    return { refused: String(user.refused), expiredUserId };
  }
  const { userId } = readUserId(user?.userId);
  if (userId !== undefined) return { userId };
  const shown = describe(user?.userId);
  if (isNobody(user?.userId)) return { refused: user ? `authenticate gave ${shown} as userId` : undefined };
  throw new Error(`authenticate gave ${shown} as userId; it must be text, an integer or a bigint, and null for nobody`);
}

/**
 * The user's id as text.
 *
 * @throws `Refused`, 401.
 */
export async function requireUser(authenticate: Authenticate, request: RouteRequest, native: unknown): Promise<string> {
  const { userId, refused } = await identify(authenticate, request, native);
  if (userId === undefined) throw badToken(refused);
  return userId;
}

export function badToken(detail: string | undefined) {
  return refuse(401, "bad_token", { headers: { "www-authenticate": "Bearer" }, ...(detail && { detail }) });
}

/** True for what an `authenticate` gives by mistake where there is no user: nothing, blank text, `Number(undefined)`. */
function isNobody(userId: unknown): boolean {
  return (
    userId === undefined ||
    userId === null ||
    Number.isNaN(userId) ||
    (typeof userId === "string" && userId.trim() === "")
  );
}
