import { APPLE_ORIGINS } from "../apns/options.js";
import { type Environment, readEnvironment } from "../environment.js";

/** Environment variables, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable's text; blank counts as not set. */
export function setting(env: Env, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === "" ? undefined : text;
}

/** Which variable holds the origin of an environment. */
export const URL_VARIABLES: Readonly<Record<Environment, string>> = {
  production: "APNS_PRODUCTION_URL",
  sandbox: "APNS_SANDBOX_URL",
};

/** Where pushes of an environment go, and whether that is Apple. Apple's own where the variable makes no sense. */
export function originOf(env: Env, environment: Environment): { readonly origin: string; readonly apple: boolean } {
  const given = setting(env, URL_VARIABLES[environment]);
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : new URL(APPLE_ORIGINS[environment]);
  return { origin: url.origin, apple: url.hostname.endsWith(".push.apple.com") };
}

/** The environment for devices whose own is not known. */
export function defaultEnvironment(env: Env): Environment {
  return readEnvironment(setting(env, "APNS_ENV")) ?? "production";
}

/** A proxy for APNs, if the variable holds one that can be used. */
export function proxyOf(env: Env): URL | undefined {
  const given = setting(env, "APNS_PROXY");
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
  return url?.protocol === "http:" ? url : undefined;
}

/** The API server's origin and path, without a slash at the end, if requests can be sent there. */
export function apiUrlOf(env: Env): string | undefined {
  const given = setting(env, "API_URL");
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
  if (given === undefined || url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username === "" && url.password === "" ? given.replace(/\/+$/, "") : undefined;
}
