import type { CallTrace } from "../doctor/log/follow-call.js";
import type { LogLine } from "../doctor/log/log-line.js";
import type { Language, Text } from "../explain/language.js";

interface Looked {
  /** How many lines there were. */
  readonly count: number;
  /** Those that tell something. */
  readonly lines: readonly LogLine[];
  /** Every call of the log, before those asked for were picked. */
  readonly calls: readonly CallTrace[];
}

const WORDS = {
  one: { en: "No such call found in 1 line.", ja: "1行の中に該当する着信が見つかりません。" },
  none: { en: "No such call found in {n} lines.", ja: "{n}行の中に該当する着信が見つかりません。" },
  silent: {
    en: "No line is of the kind that `consoleLogger()` prints: set `onEvent: consoleLogger()` on both servers, and give the log from before the call on.",
    ja: "`consoleLogger()`の出力と分かる行がありません。両方のサーバで`onEvent: consoleLogger()`を設定し、着信の前からのログを渡してください。",
  },
  noCalls: {
    en: "There are lines of the servers, but none of a call: was the log cut before it? Give the signal server's log, too.",
    ja: "サーバの行はありますが、着信の行がありません。ログがその前で途切れていませんか。シグナルサーバのログも渡してください。",
  },
  others: {
    en: "There are calls to {users}. `--all` without --user and --from lists them.",
    ja: "{users}への着信はあります。--userと--fromを付けずに`--all`とすると一覧できます。",
  },
  user: { en: "user {to}", ja: "ユーザー{to}" },
} as const satisfies Record<string, Text>;

/** More would hide the hint. */
const MOST_USERS = 10;

/** What to say when the call asked for is not in the log. */
export function whyNoCall({ count, lines, calls }: Looked, lang: Language): readonly string[] {
  const none = count === 1 ? WORDS.one[lang] : WORDS.none[lang].replace("{n}", String(count));
  if (lines.length === 0) return [none, WORDS.silent[lang]];
  if (calls.length === 0) return [none, WORDS.noCalls[lang]];
  const users = [...new Set(calls.map(({ to }) => to))].map(to => WORDS.user[lang].replace("{to}", () => to));
  const shown = [...users.slice(0, MOST_USERS), ...(users.length > MOST_USERS ? ["..."] : [])];
  return [none, WORDS.others[lang].replace("{users}", () => shown.join(lang === "ja" ? "、" : ", "))];
}
