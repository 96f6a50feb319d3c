import type { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { invalidOption } from "../internal/invalid-option.js";

/** Where each route is served. */
export interface RoutePaths {
  readonly devices: string;
  readonly call: string;
  readonly cancel: string;
  readonly message: string;
}

const DEFAULTS: RoutePaths = {
  devices: "/api/v1/me/devices",
  call: "/api/internal/push/call",
  /** Also where the route for calls has been moved: below it. */
  cancel: "/api/internal/push/call/cancel",
  message: "/api/internal/push/message",
};

/** @throws `ApnsVoipError`, code `INVALID_OPTIONS`. */
export function readPaths(given: { readonly [Name in keyof RoutePaths]?: string | undefined } = {}): RoutePaths {
  const read = (name: keyof RoutePaths, preset = DEFAULTS[name]) => {
    const path = given[name] ?? preset;
    if (typeof path === "string" && /^\/[^?#\s]+$/.test(path)) return normalize(path);
    throw unfit(`paths.${name}`, `a path that begins with /, for example ${DEFAULTS[name]}`, path);
  };
  const call = read("call");
  const paths = { devices: read("devices"), call, cancel: read("cancel", `${call}/cancel`), message: read("message") };
  if (new Set(Object.values(paths)).size === Object.keys(paths).length) return paths;
  throw unfit("paths", "paths that differ", Object.values(paths).join(", "));
}

/** Frameworks serve `/devices/` as `/devices`, so do we. */
export function normalize(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function unfit(path: string, wanted: string, given: unknown): ApnsVoipError {
  return invalidOption("createPushRoutes", path, wanted, describe(given));
}
