import { describe } from "../internal/describe.js";
import { readUserId } from "../push/user-id.js";
import { refuse } from "./answer.js";

/**
 * Says who sends a request; `null` for nobody. `native` is the framework's own request, for one that has authenticated
 * the user already (`native.user`).
 */
export type Authenticate = (request: Request, native?: unknown) => Promise<{ readonly userId: string | number } | null>;

// The answer is the same for every bad token, so that it tells an attacker nothing; the log may know more.
const reasons = new WeakMap<Request, string>();

/** Notes for the log why nobody was found. */
export function noteRefusal(request: Request, reason: string): null {
  reasons.set(request, reason);
  return null;
}

/**
 * The user's id as text.
 *
 * @throws `Refused`, 401.
 */
export async function requireUser(authenticate: Authenticate, request: Request, native: unknown): Promise<string> {
  const user = await authenticate(request, native);
  const { userId } = readUserId(user?.userId);
  if (userId !== undefined) return userId;
  const detail = user ? `authenticate gave ${describe(user.userId)} as userId` : reasons.get(request);
  throw refuse(401, "bad_token", { headers: { "www-authenticate": "Bearer" }, ...(detail && { detail }) });
}
