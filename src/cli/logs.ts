import { createInterface } from "node:readline";
import { type CallTrace, followCalls, type TraceName } from "../doctor/log/follow-call.js";
import { inOrder, type LogLine, readLogLine } from "../doctor/log/log-line.js";
import { STOPS, stopText } from "../doctor/log/stops.js";
import { createHider } from "../doctor/secrets.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { DOCTOR_TEXTS } from "../explain/catalogue/doctor.js";
import { PUNCTUATION } from "../explain/catalogue/punctuation.js";
import { explainReason } from "../explain/explain-reason.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { whyNoCall } from "./no-call.js";
import { COMMON_OPTIONS, describeCommand, type OptionTable, readOptions } from "./options.js";
import { createPage, type Page } from "./terminal/page.js";

const OPTIONS = {
  user: {
    type: "string",
    short: "u",
    value: "<user>",
  },
  from: { type: "string", value: "<user>" },
  all: { type: "boolean" },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

/** Stops that are good news: Apple has the push, and no phone reports a failure. */
const GOOD: readonly (CallTrace["stop"] | undefined)[] = [
  "accepted",
  "delivered",
  "woken",
  "rang",
  "answered",
  "not-answered",
];
const SIGNAL_STEPS: readonly TraceName[] = ["offer", "offline", "others", "asking", "told"];

/** `apns-voip logs` */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const values = readOptions(OPTIONS, args);
  const { lang } = io;
  if (values.help) {
    io.stdout.write(`${describeCommand(OPTIONS, COMMAND_TEXTS[lang].logs, lang)}\n`);
    return 0;
  }
  if (io.stdin.isTTY) throw new UsageError("logs reads standard input: cat api.log signal.log | apns-voip logs");
  const { lines, count } = await readLines(io);
  const log = inOrder(lines);
  const { traces: known, unnamed } = followCalls(log);
  const traces = known.filter(({ to, from }) => (values.user ?? to) === to && (values.from ?? from) === from);
  const last = traces.at(-1);
  // A refused request may belong to a call that still waits for its answer: logs may be joined in any order.
  const since = last === undefined || last.stop === "no-answer-yet" ? -1 : (last.at?.order ?? -1);
  const stray = unnamed.findLast(({ order }) => order > since);
  const notBegun = log.findLast(
    ({ fact, order }) =>
      fact.kind === "refused" && fact.event === "offer" && (values.from ?? fact.user) === fact.user && order > since,
  );
  const hide = createHider(io.env, []);

  if (values.json) {
    const shown = (values.all ? traces : traces.slice(-1)).map(trace => ({ ...toJson(trace, lang) }));
    const refused = unnamed.map(toLine);
    const found = {
      calls: traces.length,
      lines: count,
      traces: shown,
      unnamed: refused,
      ...(notBegun && { refusedOffer: toLine(notBegun) }),
    };
    io.stdout.write(`${hide(JSON.stringify(found, null, 2))}\n`);
  } else {
    const page = createPage({ ...io.stdout, write: text => io.stdout.write(hide(text)) }, io.env, values["no-color"]);
    if (last === undefined) for (const hint of whyNoCall({ count, lines, calls: known }, lang)) page.put(hint);
    else if (values.all) renderAll(page, traces, lang);
    else renderTrace(page, last, lang);
    const { words } = COMMAND_TEXTS[lang].logs;
    if (stray !== undefined) renderHint(page, words.unnamed, stray);
    if (notBegun !== undefined) renderHint(page, words.refusedOffer, notBegun);
  }
  return GOOD.includes(last?.stop) ? 0 : 1;
}

async function readLines({
  stdin,
  signal,
}: Io): Promise<{ readonly lines: readonly LogLine[]; readonly count: number }> {
  const lines: LogLine[] = [];
  let count = 0;
  for await (const text of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY, signal })) {
    count += 1;
    lines.push(...readLogLine(text, count));
  }
  signal.throwIfAborted();
  return { lines, count };
}

function renderHint(page: Page, hint: string, line: LogLine): void {
  page.put(fill(hint, { n: line.number }), { lead: "  " });
  renderLine(page, line);
}

function renderLine(page: Page, { number, text }: LogLine): void {
  page.verbatim(`    ${page.paint.dim(`${number}: ${text}`)}`);
}

const toLine = ({ number, text }: LogLine) => ({ line: number, text });

/** What is said of a stop, its reason's explanation added. */
function adviceOn({ stop, reason, values }: CallTrace, lang: Language) {
  const { message, remedy } = stopText(stop, lang);
  const explanation = reason === undefined ? undefined : explainReason(reason, { lang });
  const words = (text: string) => fill(text, { ...values, reason });
  return {
    message: [words(message), explanation?.meaning].filter(Boolean).join(PUNCTUATION[lang].betweenSentences),
    causes: explanation?.causes ?? [],
    remedy: words(remedy ?? explanation?.remedy ?? ""),
    commands: STOPS[stop].map(words),
  };
}

function toJson(trace: CallTrace, lang: Language) {
  const { to, from, stop, step, reason, at, guessed } = trace;
  const steps = trace.steps.map(({ name, line }) => ({
    name,
    seen: line !== undefined,
    ...(line && toLine(line)),
  }));
  const asides = trace.asides.map(toLine);
  return { to, from, stop, step, reason, at: at?.number, guessed, ...adviceOn(trace, lang), steps, asides };
}

function titleOf({ to, from }: CallTrace, lang: Language): string {
  const { words } = COMMAND_TEXTS[lang].logs;
  return fill(words.title, { to }) + (from === undefined ? "" : fill(words.from, { from }));
}

function renderAll(page: Page, traces: readonly CallTrace[], lang: Language): void {
  if (traces.some(({ guessed }) => guessed))
    page.put(COMMAND_TEXTS[lang].logs.words.guessed, { style: page.paint.yellow });
  for (const trace of traces) renderBriefly(page, trace, lang);
}

function renderBriefly(page: Page, trace: CallTrace, lang: Language): void {
  const good = GOOD.includes(trace.stop);
  const lead = `${good ? page.paint.green("✓") : page.paint.red("✗")} `;
  page.put(`${titleOf(trace, lang)}: ${adviceOn(trace, lang).message}`, { lead, leadWidth: 2 });
}

function renderTrace(page: Page, trace: CallTrace, lang: Language): void {
  const { paint } = page;
  const { steps, words } = COMMAND_TEXTS[lang].logs;
  const advice = adviceOn(trace, lang);
  const reached = trace.steps.findLastIndex(({ line }) => line !== undefined);
  const heardSignal = trace.steps.some(({ name, line }) => line !== undefined && SIGNAL_STEPS.includes(name));
  // A guess is told first, because the lines below may be another call's.
  if (trace.guessed) page.put(trace.stop === "cannot-tell" ? advice.message : words.guessed, { style: paint.yellow });
  page.gap();
  page.put(titleOf(trace, lang), { style: paint.bold });
  for (const [index, { name, line, unclear }] of trace.steps.entries()) {
    const seen = line !== undefined;
    // A line that is missing between two others was not logged, and one of a server whose log was not given is not here:
    // neither stopped the call.
    const elsewhere = index < reached || (name === "told" && !heardSignal);
    const missing = unclear ? paint.yellow("?") : elsewhere ? paint.dim("–") : paint.red("✗");
    const mark = seen ? paint.green("✓") : missing;
    const where = seen ? fill(words.line, { n: line.number }) : unclear ? words.unclear : words.notSeen;
    page.put(`${steps[name]} (${where})`, { lead: `  ${mark} `, leadWidth: 4 });
  }
  page.gap();
  page.put(DOCTOR_TEXTS[lang].steps[trace.step], { style: paint.bold });
  page.put(advice.message, { lead: "  " });
  if (trace.at) renderLine(page, trace.at);
  renderAdvice(page, advice, lang);
  if (trace.asides.length === 0) return;
  page.put(words.asides, { lead: "  ", style: paint.bold });
  for (const line of trace.asides) renderLine(page, line);
}

function renderAdvice(page: Page, { causes, remedy, commands }: ReturnType<typeof adviceOn>, lang: Language): void {
  const { headings } = COMMAND_TEXTS[lang];
  const heading = (text: string) => page.put(text, { lead: "  ", style: page.paint.bold });
  if (causes.length > 0) heading(headings.causes);
  for (const [index, cause] of causes.entries()) page.put(cause, { lead: `    ${index + 1}. ` });
  if (remedy !== "") {
    heading(headings.remedy);
    page.put(remedy, { lead: "    " });
  }
  if (commands.length > 0) heading(headings.commands);
  for (const command of commands) page.verbatim(`    ${page.paint.cyan(command)}`);
}
