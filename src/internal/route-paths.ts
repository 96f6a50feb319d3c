import { group, type OptionCheck, type OptionChecks, wants } from "./options.js";

/** Where each route is served. */
export interface RoutePaths {
  readonly devices: string;
  readonly receipts: string;
  readonly call: string;
  readonly cancel: string;
  readonly callReceipts: string;
  readonly message: string;
}

/** Paths to use instead of the default ones. */
export type RoutePathOptions = { readonly [Name in keyof RoutePaths]?: string | undefined };

/**
 * The default paths. The routes serve them, and the API client, the doctor and the mock of the API ask there: all read
 * this one list.
 */
export const DEFAULT_PATHS: RoutePaths = {
  devices: "/api/v1/me/devices",
  receipts: "/api/v1/calls/receipts",
  call: "/api/internal/push/call",
  /** This path and the next follow the route for calls where that is moved. */
  cancel: "/api/internal/push/call/cancel",
  callReceipts: "/api/internal/push/call/receipts",
  message: "/api/internal/push/message",
};

/** Judges an option `paths`. */
export const somePaths: OptionCheck = group(
  "an object of paths",
  Object.fromEntries(
    Object.entries(DEFAULT_PATHS).map(([name, path]) => [name, aPath(path)]),
  ) as OptionChecks<RoutePathOptions>,
);

/** All paths, each in one spelling. */
export function pathsOf(given: RoutePathOptions = {}): RoutePaths {
  const read = (name: keyof RoutePaths, preset = DEFAULT_PATHS[name]) => normalize(given[name] ?? preset);
  const call = read("call");
  return {
    devices: read("devices"),
    receipts: read("receipts"),
    call,
    cancel: read("cancel", `${call}/cancel`),
    callReceipts: read("callReceipts", `${call}/receipts`),
    message: read("message"),
  };
}

/** `/devices/` and `/devices` are one path, as in web frameworks. */
export function normalize(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function aPath(example: string): OptionCheck {
  const isPath = (given: unknown) => typeof given === "string" && /^\/[^?#\s]+$/.test(given);
  return wants(`a path that begins with /, for example ${example}`, isPath);
}
