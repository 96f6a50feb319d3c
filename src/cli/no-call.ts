import type { CallTrace } from "../doctor/log/follow-call.js";
import type { LogLine } from "../doctor/log/log-line.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { PUNCTUATION } from "../explain/catalogue/punctuation.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";

interface Looked {
  /** How many lines there were. */
  readonly count: number;
  /** The lines that tell something about a call or a registration. */
  readonly lines: readonly LogLine[];
  /** Every call of the log, before those asked for were picked. */
  readonly calls: readonly CallTrace[];
}

/** Users that the hint names at most: a longer list would hide it. */
const MOST_USERS = 10;

/** What to say when the call asked for is not in the log. */
export function whyNoCall({ count, lines, calls }: Looked, lang: Language): readonly string[] {
  const words = COMMAND_TEXTS[lang].logs.noCall;
  const none = count === 1 ? words.one : fill(words.none, { n: count });
  if (lines.length === 0) return [none, words.silent];
  if (calls.length === 0) return [none, words.noCalls];
  const users = [...new Set(calls.map(({ to }) => to))].map(to => fill(words.user, { to }));
  const shown = [...users.slice(0, MOST_USERS), ...(users.length > MOST_USERS ? ["..."] : [])];
  return [none, fill(words.others, { users: shown.join(PUNCTUATION[lang].betweenItems) })];
}
