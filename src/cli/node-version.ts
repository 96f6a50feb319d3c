import type { Env } from "../doctor/env.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { readLanguage } from "../explain/language.js";
import { fill } from "../explain/texts.js";

/** The oldest Node.js that this package runs on: `engines` in package.json. */
const OLDEST = [22, 19] as const;

/** What to say of a Node.js that is too old; `undefined` when it is not. */
export function complainOfNode(version: string, env: Env): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  const lang = readLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG) ?? "en";
  return fill(COMMAND_TEXTS[lang].nodeTooOld, { version, oldest: OLDEST.join(".") });
}
