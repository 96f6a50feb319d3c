import { type Env, setting } from "../apns/env-variables.js";
import { APPLE_ORIGINS } from "../apns/options.js";
import { httpsProxy, proxyFromEnv, whatIsWrongWithProxy } from "../apns/proxy.js";
import { type Environment, readEnvironment } from "../environment.js";

export { type Env, setting } from "../apns/env-variables.js";

/** Which variable holds the origin of an environment. */
export const URL_VARIABLES: Readonly<Record<Environment, string>> = {
  production: "APNS_PRODUCTION_URL",
  sandbox: "APNS_SANDBOX_URL",
};

/** The origin that pushes of an environment go to, and whether it is Apple's. A variable that is no URL is ignored. */
export function originOf(env: Env, environment: Environment): { readonly origin: string; readonly apple: boolean } {
  const given = setting(env, URL_VARIABLES[environment]);
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : new URL(APPLE_ORIGINS[environment]);
  return { origin: url.origin, apple: url.hostname.endsWith(".push.apple.com") };
}

/** The environment of devices whose own is not known. */
export function defaultEnvironment(env: Env): Environment {
  return readEnvironment(setting(env, "APNS_ENV")) ?? "production";
}

/** What `APNS_PROXY` says; `env` there means `HTTPS_PROXY`. */
export function proxySetting(env: Env): string | undefined {
  const given = setting(env, "APNS_PROXY");
  return given === "env" ? httpsProxy(env) : given;
}

/** The proxy to an origin, if there is one that can be used. */
export function proxyOf(env: Env, origin: string): URL | undefined {
  if (whatIsWrongWithProxy(proxySetting(env)) !== undefined) return undefined;
  return setting(env, "APNS_PROXY") === "env" ? proxyFromEnv(origin, env) : new URL(proxySetting(env) as string);
}

/** The API server's origin and path, without a slash at the end, if requests can be sent there. */
export function apiUrlOf(env: Env): string | undefined {
  const given = setting(env, "API_URL");
  const url = given !== undefined && URL.canParse(given) ? new URL(given) : undefined;
  if (given === undefined || url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username === "" && url.password === "" ? given.replace(/\/+$/, "") : undefined;
}
