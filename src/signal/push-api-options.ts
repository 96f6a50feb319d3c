import type { Clock } from "../clock.js";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import type { OnEvent } from "../events.js";
import { describe } from "../internal/describe.js";

/** The part of `fetch` that is used, so that any runtime's, a mock's or a wrapper will do. */
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
  /** Milliseconds for one attempt, at most what is left of the ring timeout. Default: 10000. */
  readonly timeout?: number | undefined;
  /** How many more attempts follow a failed one. Default: 2. */
  readonly retries?: number | undefined;
  /** Replaces the network. Default: `globalThis.fetch`, looked up at each call. */
  readonly fetch?: PushApiFetch | undefined;
  readonly onEvent?: OnEvent | undefined;
  /** Time, for tests. */
  readonly clock?: Clock | undefined;
}

/** Where to ask, and what to show there. */
export interface PushApiAddress {
  readonly apiUrl: string;
  readonly adminToken: string;
}

/** Checks the options, and says everything that is wrong with them at once. The admin token is never repeated. */
export function checkPushApiOptions(options: PushApiClientOptions): PushApiAddress {
  const { apiUrl, adminToken, timeout, retries } = options;
  const wrong: (readonly [path: string, problem: string | undefined])[] = [
    ["apiUrl", urlProblem(apiUrl)],
    ["adminToken", tokenProblem(adminToken)],
    ["timeout", isAbsentOr(timeout, ms => ms > 0) ? undefined : wanted("milliseconds above 0", timeout)],
    [
      "retries",
      isAbsentOr(retries, count => Number.isInteger(count) && count >= 0)
        ? undefined
        : wanted("a whole number from 0", retries),
    ],
  ];
  const issues: ApnsVoipIssue[] = wrong.flatMap(([path, problem]) =>
    problem === undefined ? [] : [{ path, message: `${path} ${problem}` }],
  );
  if (issues.length === 0) return { apiUrl: String(apiUrl), adminToken: String(adminToken) };
  const text = issues.map(issue => issue.message).join("; ");
  throw new ApnsVoipError("INVALID_OPTIONS", `createPushApiClient: ${text}`, { issues });
}

function urlProblem(apiUrl: unknown): string | undefined {
  const url = typeof apiUrl === "string" && URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  if (url?.username || url?.password || (typeof apiUrl === "string" && apiUrl.includes("@")))
    return "must not hold a user or a password";
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return wanted("an http or https URL such as http://api:3000 (API_URL)", apiUrl);
  return url.search || url.hash ? wanted("a URL without query and fragment", apiUrl) : undefined;
}

function tokenProblem(adminToken: unknown): string | undefined {
  if (adminToken === undefined || adminToken === null || adminToken === "")
    return "is missing: it must be the token that the API server takes (ADMIN_PUSH_TOKEN)";
  if (typeof adminToken !== "string") return `must be text, not ${describe(adminToken)}`;
  return /^[\x21-\x7e]+$/.test(adminToken.trim())
    ? undefined
    : "must be of visible ASCII characters, as a header is; spaces, line ends and other alphabets are not";
}

function isAbsentOr(value: unknown, test: (number: number) => boolean): boolean {
  return value === undefined || (typeof value === "number" && Number.isFinite(value) && test(value));
}

function wanted(what: string, given: unknown): string {
  return `must be ${what}, not ${describe(given)}`;
}
