import { REASONS } from "../src/apns/reasons.ts";
import { type Check, textOf } from "../src/doctor/check.ts";
import { CHECKS } from "../src/doctor/checks/index.ts";
import { PHONE_QUESTIONS } from "../src/doctor/checks/phone.ts";
import type { Step } from "../src/doctor/finding.ts";
import { STOPS, type StopName, stopText } from "../src/doctor/log/stops.ts";
import { CHECK_TEXTS } from "../src/explain/catalogue/checks.ts";
import { GUIDE_TEXTS } from "../src/explain/catalogue/guide.ts";
import { PUNCTUATION } from "../src/explain/catalogue/punctuation.ts";
import { explainReason, type Language } from "../src/explain/explain-reason.ts";
import { NETWORK_ERROR_ALIASES, NETWORK_ERRORS } from "../src/explain/network-errors.ts";
import { OWN_ERRORS, SURENESS } from "../src/explain/sureness.ts";

/** Slots of shell commands, and what readers call them. */
const SLOTS = [
  ["{shellPath}", "{path}"],
  ["{proxyReference}", "$HTTPS_PROXY"],
] as const;

const MARKS = { pass: "✓", warn: "!", fail: "✗", skip: "–" } as const;
const GUIDES: Readonly<Record<Language, string>> = { en: "reasons.md", ja: "reasons.ja.md" };

/** Everything that is generated into the guide, by the name in its marker. */
export const TABLES: Readonly<Record<string, (lang: Language) => string>> = {
  "checks:set-up": lang => checksTable("set-up", lang),
  "checks:reach": lang => checksTable("reach", lang),
  "checks:credentials": lang => checksTable("credentials", lang),
  "checks:registration": lang => checksTable("registration", lang),
  "checks:sending": lang => checksTable("sending", lang),
  phone: phoneList,
  answers: answersTable,
  stops: stopsTable,
  "reasons:apple": lang => explanations(Object.keys(REASONS), lang),
  "reasons:own": lang => explanations(Object.keys(OWN_ERRORS), lang),
  "reasons:network": lang => explanations(Object.keys(NETWORK_ERRORS), lang),
};

/** One row per outcome that is not the good one; what is expected stands in front. */
function checksTable(step: Step, lang: Language): string {
  const { words } = GUIDE_TEXTS[lang];
  const head = row([words.check, words.expected, words.otherwise, words.remedy]);
  const rows = CHECKS.filter(check => check.step === step).flatMap(check => checkRows(check, lang));
  return [head, row(["---", "---", "---", "---"]), ...rows].join("\n");
}

function checkRows(check: Check, lang: Language): string[] {
  const all = Object.entries(check.outcomes).map(([name, outcome]) => ({ ...outcome, ...textOf(check, name, lang) }));
  const good = all.filter(({ status }) => status === "pass").map(({ message }) => message);
  const others = all.filter(({ status }) => status === "warn" || status === "fail");
  return others.map((outcome, index) =>
    row([
      index === 0 ? CHECK_TEXTS[lang][check.id].title : "",
      index === 0 ? good.join("<br>") : "",
      `${MARKS[outcome.status]} ${outcome.message}`,
      adviceOf(outcome.remedy, outcome.commands ?? [], lang),
    ]),
  );
}

function adviceOf(remedy: string | undefined, commands: readonly string[], lang: Language): string {
  const shown = commands
    .filter(command => !/^\{\w+\}$/.test(command))
    .map(command => `\`${SLOTS.reduce((text, [slot, shown]) => text.replaceAll(slot, shown), command)}\``);
  return [remedy ?? GUIDE_TEXTS[lang].words.byReason, ...shown].join("<br>");
}

function phoneList(lang: Language): string {
  return PHONE_QUESTIONS.map(({ id, commands = [] }, index) => {
    const { title, outcomes } = CHECK_TEXTS[lang][id];
    const lines = [`${index + 1}. **${title}**<br>${outcomes.look.message}<br>→ ${outcomes.look.remedy}`];
    if (commands.length > 0) lines.push("", "   ```sh", ...commands.map(command => `   ${command}`), "   ```");
    return lines.join("\n");
  }).join("\n");
}

function answersTable(lang: Language): string {
  const { words } = GUIDE_TEXTS[lang];
  const head = row([words.answer, words.meaning, words.causes, words.remedy]);
  const rows = Object.entries(REASONS).map(([reason, { status }]) => {
    const { meaning, causes, remedy } = explainReason(reason, { lang });
    const numbered = causes.length === 1 ? causes : causes.map((cause, index) => `${index + 1}. ${cause}`);
    const link = `${status} [\`${reason}\`](${GUIDES[lang]}#${reason.toLowerCase()})`;
    return row([link, meaning, numbered.join("<br>"), remedy]);
  });
  return [head, row(["---", "---", "---", "---"]), ...rows].join("\n");
}

function stopsTable(lang: Language): string {
  const { words } = GUIDE_TEXTS[lang];
  const head = row([words.stopped, words.remedy]);
  const rows = Object.entries(STOPS).map(([name, commands]) => {
    const { message, remedy } = stopText(name as StopName, lang);
    return row([message, adviceOf(remedy, commands, lang)]);
  });
  return [head, row(["---", "---"]), ...rows].join("\n");
}

function explanations(names: readonly string[], lang: Language): string {
  return names.map(name => explanation(name, lang)).join("\n\n");
}

function explanation(name: string, lang: Language): string {
  const { status, disposition, meaning, causes, confirm, remedy, whatWeDid, sureness, note } = explainReason(name, {
    lang,
  });
  const { words, sureness: degrees } = GUIDE_TEXTS[lang];
  const others = Object.entries(NETWORK_ERROR_ALIASES).flatMap(([alias, main]) =>
    main === name ? [`\`${alias}\``] : [],
  );
  const facts = [
    status === undefined ? "" : `${words.status} ${status}`,
    disposition === undefined ? "" : `${words.disposition} \`${disposition}\``,
    others.length === 0 ? "" : `${words.alsoNamed} ${others.join(", ")}`,
  ].filter(Boolean);
  return [
    `### ${name}`,
    ...(facts.length > 0 ? [facts.join(" · ")] : []),
    meaning,
    `**${words.causes}**`,
    causes.map((cause, index) => `${index + 1}. ${cause}`).join("\n"),
    `**${words.confirm}**`,
    confirm.map(way => `- ${way}`).join("\n"),
    `**${words.remedy}:** ${remedy}`,
    `**${words.whatWeDid}:** ${whatWeDid}`,
    `**${words.howSure}:** ${degrees[sureness]}${note === undefined ? "" : `${PUNCTUATION[lang].endOfSentence}${note}`}`,
  ].join("\n\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

/** Exported for the test that nothing was left out. */
export const EXPLAINED = Object.keys(SURENESS);
