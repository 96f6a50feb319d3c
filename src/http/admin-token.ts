import { hash, timingSafeEqual } from "node:crypto";
import type { ApnsVoipIssue } from "../errors.js";
import { listOf } from "../internal/list-of.js";
import { wrong } from "../internal/options.js";
import type { RouteRequest } from "./route.js";

/** What code makes of an unset variable when it makes text of it. */
const NO_SECRETS = new Set(["", "undefined", "null"]);

type AdminTokens = string | readonly string[] | undefined;

/** Judges the option `adminToken`. An unset variable must not let everybody in, and no message repeats the token. */
export function checkAdminToken(given: unknown, path: string): readonly ApnsVoipIssue[] {
  const problem =
    listOf(given).map(problemOf).find(Boolean) ?? (listOf(given).length === 0 ? "an empty list" : undefined);
  const wanted = "the secret that the signal server sends as X-Admin-Token (is ADMIN_PUSH_TOKEN set?)";
  return problem === undefined ? [] : [wrong(path, wanted, given, problem)];
}

/** A check of the `X-Admin-Token` header. With several tokens each is good, so that one can be replaced without a gap. */
export function createAdminCheck(adminToken: AdminTokens): (request: RouteRequest) => boolean {
  // A secret read from a file often ends with a line break; no header can.
  const digests = listOf(adminToken).map(token => digest(String(token).trim()));
  return request => {
    const actual = digest(request.header("x-admin-token") ?? "");
    // Digests have one length, and all of them are compared, so the time taken tells nothing about the token.
    return digests.map(expected => timingSafeEqual(expected, actual)).includes(true);
  };
}

function problemOf(token: unknown): string | undefined {
  if (typeof token !== "string") return token === undefined ? "undefined" : `a ${typeof token}`;
  const secret = token.trim();
  if (NO_SECRETS.has(secret)) return secret === "" ? "blank text" : `the text "${secret}"`;
  return /^[\x20-\x7e]+$/.test(secret) ? undefined : "text with characters that no header can carry";
}

function digest(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}
