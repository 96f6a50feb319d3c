import { createInterface } from "node:readline";
import { type CallTrace, followCall, type TraceName } from "../doctor/log/follow-call.js";
import { findCalls } from "../doctor/log/legs.js";
import { inOrder, type LogLine, readLogLine } from "../doctor/log/log-line.js";
import { STOPS, stopText } from "../doctor/log/stops.js";
import { createHider } from "../doctor/secrets.js";
import { DOCTOR_TEXTS } from "../explain/catalogue.js";
import { explainReason } from "../explain/explain-reason.js";
import type { Language, Text } from "../explain/language.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { whyNoCall } from "./no-call.js";
import { COMMON_OPTIONS, describeOptions, type OptionTable, readOptions } from "./options.js";
import { createPage, type Page } from "./terminal/page.js";

const OPTIONS = {
  user: {
    type: "string",
    short: "u",
    value: "<user>",
    help: {
      en: "Calls to this user. Default: the last call in the log",
      ja: "このユーザーへの着信。既定はログの最後の着信",
    },
  },
  from: { type: "string", value: "<user>", help: { en: "Calls from this user", ja: "このユーザーからの着信" } },
  all: { type: "boolean", help: { en: "One line for each call", ja: "すべての着信を1行ずつ" } },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

const HELP: Text = {
  en: `Usage: apns-voip logs [options] < server.log

Reads the logs of the API server and the signal server, mixed or one after the other, from standard
input, follows one call through the steps, and says where it stopped and why.

{options}

Exit code: 0 Apple accepted the push (whether the phone rang, no log says), 1 the call stopped before that or the
log holds no such call, 2 used wrongly. With --all, the last call counts.

Examples:
  cat api.log signal.log | apns-voip logs --user 10
  docker compose logs -t api signal | apns-voip logs`,
  ja: `使い方: apns-voip logs [オプション] < server.log

標準入力からAPIサーバとシグナルサーバのログ(混在でも連結でも可)を読み、1件の着信を段階ごとに追って、
どこで、なぜ止まったかを示します。

{options}

終了コード: 0 Appleがプッシュを受理(端末が鳴ったかどうかはログに出ません)、1 その手前で停止、または該当する着信が
ログにない、2 使い方の誤り。--allでは最後の着信によります。

例:
  cat api.log signal.log | apns-voip logs --user 10
  docker compose logs -t api signal | apns-voip logs`,
};

const STEP_WORDS: Readonly<Record<TraceName, Text>> = {
  offer: { en: "The signal server got the offer", ja: "シグナルサーバがofferを受け取った" },
  offline: { en: "The callee was found to be offline", ja: "相手がオフラインと判断された" },
  asking: { en: "The signal server asked the API server to ring", ja: "シグナルサーバがAPIサーバに呼び出しを依頼した" },
  asked: { en: "The API server got the request", ja: "APIサーバが依頼を受け取った" },
  found: { en: "The VoIP token was found", ja: "VoIPトークンが見つかった" },
  pushing: { en: "The push was sent", ja: "プッシュを送った" },
  accepted: { en: "Apple accepted it", ja: "Appleが受理した" },
  told: { en: "The signal server was told", ja: "シグナルサーバに結果が返った" },
};

const SIGNAL_STEPS: readonly TraceName[] = ["offer", "offline", "asking", "told"];

const WORDS = {
  title: { en: "Call to user {to}", ja: "ユーザー{to}への着信" },
  from: { en: " from user {from}", ja: "(発信者: ユーザー{from})" },
  line: { en: "line {n}", ja: "{n}行目" },
  notSeen: { en: "no such line", ja: "該当する行なし" },
  remedy: { en: "What to do", ja: "対処" },
  causes: { en: "Likely causes", ja: "考えられる原因(可能性の高い順)" },
  commands: { en: "Try", ja: "試すコマンド" },
  guessed: {
    en: "Calls overlap in this log: lines that name no user were given to the call that seemed to wait for them.",
    ja: "このログでは着信が重なっています。ユーザー名のない行は、それを待っていたと思われる着信のものとしました。",
  },
  unnamed: {
    en: "Line {n} refuses a request without saying for whom. If it was no test by the doctor, it may be a later call: give the signal server's log, too.",
    ja: "{n}行目で拒否されたリクエストは、誰への着信か分かりません。doctorによる確認でなければ、後の着信かもしれません。シグナルサーバのログも渡してください。",
  },
} as const satisfies Record<string, Text>;

/** `apns-voip logs` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(OPTIONS, args);
  const { lang } = io;
  if (values.help) {
    io.stdout.write(`${HELP[lang].replace("{options}", describeOptions(OPTIONS, lang))}\n`);
    return 0;
  }
  if (io.stdin.isTTY) throw new UsageError("logs reads standard input: cat api.log signal.log | apns-voip logs");
  const { lines, count } = await readLines(io);
  const ordered = inOrder(lines);
  const { calls, unnamed } = findCalls(ordered);
  const known = calls.map(call => followCall(call, ordered));
  const traces = known.filter(({ to, from }) => (values.user ?? to) === to && (values.from ?? from) === from);
  const last = traces.at(-1);
  // A call that still waits for its answer may be the one that was refused, in whichever order the logs were joined.
  const since = last === undefined || last.stop === "no-answer-yet" ? -1 : (last.at?.order ?? -1);
  const stray = unnamed.findLast(({ order }) => order > since);
  const hide = createHider(io.env, []);

  if (values.json) {
    const shown = (values.all ? traces : traces.slice(-1)).map(trace => ({ ...toJson(trace, lang) }));
    const refused = unnamed.map(({ number, text }) => ({ line: number, text }));
    const found = { calls: traces.length, lines: count, traces: shown, unnamed: refused };
    io.stdout.write(`${hide(JSON.stringify(found, null, 2))}\n`);
  } else {
    const page = createPage({ ...io.stdout, write: text => io.stdout.write(hide(text)) }, io.env, values["no-color"]);
    if (last === undefined) for (const hint of whyNoCall({ count, lines, calls: known }, lang)) page.put(hint);
    else if (values.all) for (const trace of traces) renderBriefly(page, trace, lang);
    else renderTrace(page, last, lang);
    if (stray !== undefined) {
      page.put(WORDS.unnamed[lang].replace("{n}", String(stray.number)), { lead: "  " });
      page.verbatim(`    ${page.paint.dim(`${stray.number}: ${stray.text}`)}`);
    }
  }
  return last?.stop === "accepted" ? 0 : 1;
}

async function readLines({
  stdin,
  signal,
}: Io): Promise<{ readonly lines: readonly LogLine[]; readonly count: number }> {
  const lines: LogLine[] = [];
  let count = 0;
  for await (const text of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY, signal })) {
    count += 1;
    const line = readLogLine(text, count);
    if (line !== undefined) lines.push(line);
  }
  signal.throwIfAborted();
  return { lines, count };
}

/** The words of a stop, its reason's explanation added. */
function wordsOf({ stop, reason, values }: CallTrace, lang: Language) {
  const { message, remedy } = stopText(stop, lang);
  const explanation = reason === undefined ? undefined : explainReason(reason, { lang });
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (slot, name: string) => String({ ...values, reason }[name] ?? slot));
  return {
    message: [fill(message), explanation?.meaning].filter(Boolean).join(lang === "ja" ? "" : " "),
    causes: explanation?.causes ?? [],
    remedy: fill(remedy ?? explanation?.remedy ?? ""),
    commands: STOPS[stop].map(fill),
  };
}

function toJson(trace: CallTrace, lang: Language) {
  const { to, from, stop, step, reason, at, guessed } = trace;
  const steps = trace.steps.map(({ name, line }) => ({
    name,
    seen: line !== undefined,
    ...(line && { line: line.number, text: line.text }),
  }));
  return { to, from, stop, step, reason, at: at?.number, guessed, ...wordsOf(trace, lang), steps };
}

function titleOf({ to, from }: CallTrace, lang: Language): string {
  return WORDS.title[lang].replace("{to}", to) + (from === undefined ? "" : WORDS.from[lang].replace("{from}", from));
}

function renderBriefly(page: Page, trace: CallTrace, lang: Language): void {
  const good = trace.stop === "accepted";
  const lead = `${good ? page.paint.green("✓") : page.paint.red("✗")} `;
  page.put(`${titleOf(trace, lang)}: ${wordsOf(trace, lang).message}`, { lead, leadWidth: 2 });
}

function renderTrace(page: Page, trace: CallTrace, lang: Language): void {
  const { paint } = page;
  const words = wordsOf(trace, lang);
  const reached = trace.steps.findLastIndex(({ line }) => line !== undefined);
  const heardSignal = trace.steps.some(({ name, line }) => line !== undefined && SIGNAL_STEPS.includes(name));
  page.gap();
  page.put(titleOf(trace, lang), { style: paint.bold });
  for (const [index, { name, line }] of trace.steps.entries()) {
    const seen = line !== undefined;
    // Between lines that are there, a missing one is only not in this log; nor is one of a server whose log is not here.
    const elsewhere = index < reached || (name === "told" && !heardSignal);
    const mark = seen ? paint.green("✓") : elsewhere ? paint.dim("–") : paint.red("✗");
    const where = seen ? WORDS.line[lang].replace("{n}", String(line.number)) : WORDS.notSeen[lang];
    page.put(`${STEP_WORDS[name][lang]} (${where})`, { lead: `  ${mark} `, leadWidth: 4 });
  }
  page.gap();
  page.put(`${DOCTOR_TEXTS[lang].steps[trace.step]}`, { style: paint.bold });
  page.put(words.message, { lead: "  " });
  if (trace.at) page.verbatim(`    ${paint.dim(`${trace.at.number}: ${trace.at.text}`)}`);
  renderAdvice(page, words, lang);
  if (trace.guessed) page.put(WORDS.guessed[lang], { lead: "  ", style: paint.dim });
}

function renderAdvice(page: Page, { causes, remedy, commands }: ReturnType<typeof wordsOf>, lang: Language): void {
  const heading = (text: string) => page.put(text, { lead: "  ", style: page.paint.bold });
  if (causes.length > 0) heading(WORDS.causes[lang]);
  for (const [index, cause] of causes.entries()) page.put(cause, { lead: `    ${index + 1}. ` });
  if (remedy !== "") {
    heading(WORDS.remedy[lang]);
    page.put(remedy, { lead: "    " });
  }
  if (commands.length > 0) heading(WORDS.commands[lang]);
  for (const command of commands) page.verbatim(`    ${page.paint.cyan(command)}`);
}
