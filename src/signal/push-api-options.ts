import type { Clock } from "../clock.js";
import type { ApnsVoipIssue } from "../errors.js";
import type { OnEvent } from "../events.js";
import { aClock, aFunction, checkOptions, type OptionChecks, range, whole, wrong } from "../internal/options.js";
import { pathsOf, type RoutePathOptions, type RoutePaths, somePaths } from "../internal/route-paths.js";

/** The part of `fetch` that is used, so that any runtime's will do, and a mock's or a wrapper of yours. */
export type PushApiFetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export interface PushApiClientOptions {
  /** Where the API server is: `http://api:3000`, with a path if the routes are mounted below one. Absent: an error. */
  readonly apiUrl: string | undefined;
  /** What the API server takes as `X-Admin-Token`; `ADMIN_PUSH_TOKEN` on both servers. Absent or blank: an error. */
  readonly adminToken: string | undefined;
  /** Below `apiUrl`, where the API server has them elsewhere. Default: those of `createPushRoutes`. */
  readonly paths?: RoutePathOptions | undefined;
  /** Milliseconds for one attempt, at most what is left of the ring timeout. Default: 10000. Bounds: 1 to 3600000. */
  readonly timeout?: number | undefined;
  /** How many more attempts follow a failed one. Default: 2. */
  readonly retries?: number | undefined;
  /** Replaces the network. Default: `globalThis.fetch`, looked up at each call. */
  readonly fetch?: PushApiFetch | undefined;
  /** Hears of pushes and cancels. Default: nobody does. */
  readonly onEvent?: OnEvent | undefined;
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
}

const CHECKS: OptionChecks<PushApiClientOptions> = {
  apiUrl: checkUrl,
  adminToken: checkToken,
  paths: somePaths,
  timeout: range("milliseconds", 1, 3_600_000),
  retries: whole(0, Number.MAX_SAFE_INTEGER),
  fetch: aFunction,
  onEvent: aFunction,
  clock: aClock,
};

/** Where to ask, and with which admin token. */
export interface PushApiAddress {
  readonly urls: RoutePaths;
  readonly adminToken: string;
}

/**
 * Says everything that is wrong with the options at once. The admin token is never repeated.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 */
export function readPushApiOptions(options: PushApiClientOptions): PushApiAddress {
  checkOptions("createPushApiClient", options, CHECKS);
  const { origin, pathname } = new URL(options.apiUrl as string);
  const below = `${origin}${pathname.replace(/\/+$/, "")}`;
  const paths = Object.entries(pathsOf(options.paths)).map(([name, path]) => [name, below + path]);
  return { urls: Object.fromEntries(paths) as RoutePaths, adminToken: String(options.adminToken).trim() };
}

function checkUrl(given: unknown, path: string): readonly ApnsVoipIssue[] {
  const wanted = "an http or https URL such as http://api:3000 (API_URL)";
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  // Text with an `@` is not quoted, because it may hold a password.
  if (typeof given === "string" && given.includes("@"))
    return [wrong(path, wanted, given, "one with a user or a password in it")];
  if (url === undefined || !/^https?:$/.test(url.protocol)) return [wrong(path, wanted, given)];
  return url.search || url.hash ? [wrong(path, "a URL without query and fragment", given)] : [];
}

function checkToken(given: unknown, path: string): readonly ApnsVoipIssue[] {
  const wanted = "the token that the API server takes (ADMIN_PUSH_TOKEN)";
  if (typeof given !== "string" || given === "") return [wrong(path, wanted, given)];
  if (/^[\x21-\x7e]+$/.test(given.trim())) return [];
  const other = "text with spaces, line ends or another alphabet in it";
  return [wrong(path, `${wanted}, of visible ASCII characters as a header is`, given, other)];
}
