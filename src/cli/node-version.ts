import type { Env } from "../doctor/env.js";
import { readLanguage, type Text } from "../explain/language.js";

/** The oldest Node.js that this package runs on: `engines` in package.json. */
const OLDEST = [22, 19] as const;

const TOO_OLD: Text = {
  en: `Node.js {version} is too old: apns-voip needs ${OLDEST.join(".")} or newer`,
  ja: `Node.js {version}は古すぎます。apns-voipには${OLDEST.join(".")}以降が必要です`,
};

/** What to say of a Node.js that is too old; `undefined` when it is not. */
export function complainOfNode(version: string, env: Env): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  const lang = readLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG) ?? "en";
  return TOO_OLD[lang].replace("{version}", version);
}
