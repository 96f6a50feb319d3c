/** Environment variables, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * A variable's text without blanks at its ends, or undefined where that is nothing. What tools leave in a `.env` file is dropped: quotes
 * around the value, and a byte order mark before it or before the name of the first.
 */
export function setting(env: Env, name: string): string | undefined {
  const text = (env[name] ?? env[`\uFEFF${name}`])?.replace(/^\uFEFF/, "").trim();
  return text?.replace(/^(["'])([\s\S]*)\1$/, "$2").trim() || undefined;
}

/** Other names of each variable, in capitals, without `APNS` or the like before them. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  APNS_TEAM_ID: ["TEAMID", "TEAM", "DEVELOPERTEAMID"],
  APNS_KEY_ID: ["KEYID", "KID", "AUTHKEYID", "P8KEYID"],
  APNS_P8_PATH: [
    "P8PATH",
    "P8FILE",
    "P8",
    "P8KEY",
    "P8KEYPATH",
    "KEYPATH",
    "KEYFILE",
    "KEY",
    "AUTHKEY",
    "AUTHKEYPATH",
    "PRIVATEKEY",
    "PRIVATEKEYPATH",
  ],
  APNS_BUNDLE_ID: ["BUNDLEID", "BUNDLE", "APPID", "APPBUNDLEID", "BUNDLEIDENTIFIER", "TOPIC"],
  APNS_SANDBOX_KEY_ID: ["SANDBOXKEYID", "DEVELOPMENTKEYID", "DEVKEYID"],
  APNS_SANDBOX_P8_PATH: ["SANDBOXP8", "SANDBOXKEYPATH", "SANDBOXKEY", "DEVELOPMENTKEYPATH", "DEVKEYPATH"],
};

/** Names that are used for many things: these count only behind `APNS` or the like. */
const COMMON = new Set(["TEAM", "KID", "KEY", "KEYPATH", "KEYFILE", "PRIVATEKEY", "PRIVATEKEYPATH", "BUNDLE", "TOPIC"]);

/** The name of a variable that is set and may be meant for the one that is missing. */
export function setInstead(env: Env, missing: string): string | undefined {
  const meant = OTHER_NAMES[missing] ?? [];
  return Object.keys(env).find(name => {
    if (name.replace(/^\uFEFF/, "") === missing || setting(env, name) === undefined || !/^\w{1,60}$/.test(name))
      return false;
    const bare = name.toUpperCase().replace(/[^A-Z0-9]/g, "");
    const rest = bare.replace(/^(?:APNS|APN|APPLE|IOS|PUSH|VOIP)+/, "");
    return meant.includes(rest) && (rest !== bare || !COMMON.has(rest));
  });
}
