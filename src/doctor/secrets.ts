import { tokenPrefix } from "../internal/describe.js";
import type { Env } from "./env.js";
import type { Finding } from "./finding.js";

/** Variables that hold a secret as a whole. */
const SECRET_VARIABLES = ["ADMIN_PUSH_TOKEN", "JWT_SECRET", "APNS_P8", "APNS_SANDBOX_P8", "APP_TOKEN"];
/** Variables that hold a URL with a password in it. */
const URLS_WITH_PASSWORDS = [
  "DATABASE_URL",
  "REDIS_URL",
  "APNS_PROXY",
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "ALL_PROXY",
  "all_proxy",
  "API_URL",
];
/** Characters from which a value is hidden. To hide a shorter one would hide half the words of the report. */
const SHORTEST = 4;

export const HIDDEN = "[hidden]";

/**
 * Makes a function that hides secrets in a text: those of this set-up, and what looks like a key, a login or a device
 * token.
 */
export function createHider(env: Env, more: readonly (string | undefined)[]): (text: string) => string {
  const secrets = [
    ...SECRET_VARIABLES.map(name => env[name]?.trim()),
    ...URLS_WITH_PASSWORDS.flatMap(name => passwordsIn(env[name])),
    ...more,
  ].filter(secret => secret !== undefined && secret.length >= SHORTEST);
  return text =>
    secrets
      .reduce((hidden: string, secret) => hidden.replaceAll(secret as string, HIDDEN), text)
      .replaceAll(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----(\s|\\n)*[A-Za-z0-9+/]{16}[\s\S]*?(-----END [A-Z ]*-----|$)/g,
        HIDDEN,
      )
      .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN)
      .replaceAll(/\b[0-9a-fA-F]{32,}\b/g, tokenPrefix);
}

export function hideIn(finding: Finding, hide: (text: string) => string): Finding {
  const { message, remedy, causes, confirm, commands } = finding;
  return {
    ...finding,
    message: hide(message),
    remedy: hide(remedy),
    causes: causes.map(hide),
    confirm: confirm.map(hide),
    commands: commands.map(hide),
  };
}

function passwordsIn(text: string | undefined): string[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const { username, password } = new URL(text);
  return password === "" ? [] : [`${username}:${password}`, password, decodeURIComponent(password)];
}
