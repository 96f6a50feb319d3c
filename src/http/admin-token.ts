import { hash, timingSafeEqual } from "node:crypto";
import type { ApnsVoipError } from "../errors.js";
import { invalidOption } from "../internal/invalid-option.js";
import type { RouteRequest } from "./route.js";

/** What an unset variable turns into when somebody makes text of it. */
const NO_SECRETS = new Set(["", "undefined", "null"]);

/**
 * A check of the `X-Admin-Token` header. With several tokens each is good, so that one can be replaced without a gap.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`: an unset variable must not open the door.
 */
export function createAdminCheck(
  adminToken: string | readonly string[] | undefined,
): (request: RouteRequest) => boolean {
  const given: readonly unknown[] = Array.isArray(adminToken) ? adminToken : [adminToken];
  if (given.length === 0) throw unfit("an empty list");
  const digests = given.map(token => {
    if (typeof token !== "string") throw unfit(token === undefined ? "undefined" : `a ${typeof token}`);
    // A secret read from a file often ends with a line break; no header can.
    const secret = token.trim();
    if (NO_SECRETS.has(secret)) throw unfit(secret === "" ? "blank text" : `the text "${secret}"`);
    if (!/^[\x20-\x7e]+$/.test(secret)) throw unfit("text with characters that no header can carry");
    return digest(secret);
  });

  return request => {
    const actual = digest(request.header("x-admin-token") ?? "");
    // Digests are of one length, and all are compared: the time taken tells nothing.
    return digests.map(expected => timingSafeEqual(expected, actual)).includes(true);
  };
}

function digest(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

function unfit(what: string): ApnsVoipError {
  const wanted = "the secret that the signal server sends as X-Admin-Token (is ADMIN_PUSH_TOKEN set?)";
  return invalidOption("createPushRoutes", "adminToken", wanted, what);
}
