import { describe } from "../internal/describe.js";
import { readUserId } from "../user-id.js";
import { refuse } from "./answer.js";
import type { RouteRequest } from "./route.js";

/**
 * Says who sends a request; `null` for nobody. `native` is the framework's own request, for one that has authenticated
 * the user already (`native.user`).
 */
export type Authenticate = (request: Request, native?: unknown) => Promise<{ readonly userId: string | number } | null>;

/** Who sends a request, by the header `Authorization` alone; or why nobody is known to. */
export type AuthenticateHeader = (
  authorization: string | null,
) => Promise<{ readonly userId: string; readonly refusal?: undefined } | { readonly refusal: string }>;

// An authenticator of ours looks at one header: no standard `Request` need be made for it.
const byHeader = new WeakMap<Authenticate, AuthenticateHeader>();

// The answer is the same for every bad token, so that it tells an attacker nothing; the log may know more.
const reasons = new WeakMap<Request, string>();

export function authenticateBy(authenticateHeader: AuthenticateHeader): Authenticate {
  const authenticate: Authenticate = async request => {
    const user = await authenticateHeader(request.headers.get("authorization"));
    if (user.refusal === undefined) return user;
    reasons.set(request, user.refusal);
    return null;
  };
  byHeader.set(authenticate, authenticateHeader);
  return authenticate;
}

/**
 * The user's id as text.
 *
 * @throws `Refused`, 401.
 */
export async function requireUser(authenticate: Authenticate, request: RouteRequest, native: unknown): Promise<string> {
  const authenticateHeader = byHeader.get(authenticate);
  if (authenticateHeader !== undefined) {
    const user = await authenticateHeader(request.header("authorization"));
    if (user.refusal === undefined) return user.userId;
    throw badToken(user.refusal);
  }
  const standard = request.standard();
  const user = await authenticate(standard, native);
  const { userId } = readUserId(user?.userId);
  if (userId !== undefined) return userId;
  throw badToken(user ? `authenticate gave ${describe(user.userId)} as userId` : reasons.get(standard));
}

function badToken(detail: string | undefined) {
  return refuse(401, "bad_token", { headers: { "www-authenticate": "Bearer" }, ...(detail && { detail }) });
}
