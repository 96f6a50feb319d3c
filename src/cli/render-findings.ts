import { type Finding, STEPS, type Status, type Step } from "../doctor/finding.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { DOCTOR_TEXTS } from "../explain/catalogue/doctor.js";
import { PUNCTUATION } from "../explain/catalogue/punctuation.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import type { Page } from "./terminal/page.js";
import type { Paint } from "./terminal/paint.js";

const MARKS: Readonly<Record<Status, string>> = { pass: "✓", warn: "!", fail: "✗", skip: "–" };
const COLOURS = { pass: "green", warn: "yellow", fail: "red", skip: "dim" } as const satisfies Record<
  Status,
  keyof Paint
>;

export interface RenderOptions {
  readonly lang: Language;
  /** Every finding on a line of its own. */
  readonly verbose: boolean;
  /** The questions about the phone were asked for. */
  readonly phoneAsked: boolean;
}

export function countStatuses(findings: readonly Finding[]): Readonly<Record<Status, number>> {
  const counts = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { status, step } of findings) if (step !== "phone") counts[status] += 1;
  return counts;
}

/** The finding that stops the call: the first failure, because findings come in the order in which a call passes the steps. */
export function firstFailure(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ status }) => status === "fail");
}

/** For people: what stops the call first and in full, then every step. */
export function renderFindings(page: Page, findings: readonly Finding[], options: RenderOptions): void {
  const { lang } = options;
  const first = firstFailure(findings);
  const told = new Set<string>();
  if (first !== undefined) {
    page.gap();
    page.put(`${COMMAND_TEXTS[lang].doctor.words.stopped}${DOCTOR_TEXTS[lang].steps[first.step]}`, {
      style: page.paint.bold,
    });
    page.gap();
    renderInFull(page, first, lang, told);
  }
  for (const step of STEPS) {
    const ofStep = findings.filter(finding => finding.step === step);
    if (step === "phone") renderPhone(page, ofStep, first, findings, options);
    else if (ofStep.length > 0) renderStep(page, step, ofStep, { ...options, unseen: first === undefined }, told);
  }
  page.gap();
  const counts = countStatuses(findings);
  const { through, unseen } = COMMAND_TEXTS[lang].doctor.words;
  if (first === undefined && findings.some(({ step }) => step !== "phone")) {
    page.put(through, { style: page.paint.bold });
    if (counts.skip > 0) page.put(unseen);
  }
  if (Object.values(counts).some(count => count > 0)) {
    page.put(fill(COMMAND_TEXTS[lang].doctor.words.summary, counts));
  }
}

function renderStep(
  page: Page,
  step: Step,
  findings: readonly Finding[],
  { lang, verbose, unseen }: RenderOptions & { readonly unseen: boolean },
  told: Set<string>,
): void {
  const fine = findings.filter(({ status }) => status === "pass").length;
  page.gap();
  const note = fine > 0 && !verbose ? `  ${fill(COMMAND_TEXTS[lang].doctor.words.passed, { n: fine })}` : "";
  page.put(DOCTOR_TEXTS[lang].steps[step] + note, { style: page.paint.bold });
  const lines = new Set<string>();
  for (const finding of findings) {
    // What both environments say alike is printed once.
    if (lines.has(finding.message)) continue;
    lines.add(finding.message);
    if (finding.status === "fail") renderInFull(page, finding, lang, told);
    else if (verbose || isWorthALine(finding, unseen)) renderBriefly(page, finding, lang);
  }
}

/**
 * What is fine and asks nothing of anybody is only counted. `unseen`: nothing has failed, so readers must see what was
 * not looked at before they believe that all is well.
 */
function isWorthALine({ status, remedy }: Finding, unseen: boolean): boolean {
  return status === "warn" || remedy !== "" || (unseen && status === "skip");
}

function renderBriefly(page: Page, { status, message, remedy, commands }: Finding, lang: Language): void {
  mark(page, status, remedy === "" ? message : `${message}${PUNCTUATION[lang].betweenSentences}${remedy}`);
  if (status === "warn") renderCommands(page, commands, lang);
}

/** Prints causes and remedy. Where the same advice was printed before, it only points there. */
function renderInFull(
  page: Page,
  { id, outcome, status, message, causes, confirm, remedy, commands }: Finding,
  lang: Language,
  told: Set<string>,
): void {
  const advice = `${id} ${outcome} ${remedy}`;
  if (told.has(advice)) return mark(page, status, `${message} (${COMMAND_TEXTS[lang].doctor.words.above})`);
  told.add(advice);
  mark(page, status, message);
  if (causes.length > 0) heading(page, COMMAND_TEXTS[lang].headings.causes);
  for (const [index, cause] of causes.entries()) page.put(cause, { lead: `      ${index + 1}. ` });
  if (confirm.length > 0) heading(page, COMMAND_TEXTS[lang].headings.confirm);
  for (const way of confirm) page.put(way, { lead: "      - " });
  if (remedy !== "") {
    heading(page, COMMAND_TEXTS[lang].headings.remedy);
    page.put(remedy, { lead: "      " });
  }
  renderCommands(page, commands, lang);
}

const heading = (page: Page, text: string) => page.put(text, { lead: "    ", style: page.paint.bold });

function renderCommands(page: Page, commands: readonly string[], lang: Language): void {
  if (commands.length === 0) return;
  heading(page, COMMAND_TEXTS[lang].headings.commands);
  for (const command of commands) page.verbatim(`      ${page.paint.cyan(command)}`);
}

function mark(page: Page, status: Status, text: string): void {
  const paint = page.paint[COLOURS[status]];
  page.put(text, {
    lead: `  ${paint(MARKS[status])} `,
    leadWidth: 4,
    ...(status === "skip" && { style: page.paint.dim }),
  });
}

/**
 * Prints the questions about the phone when they were asked for, or when nothing failed and Apple accepted a test call.
 * Otherwise one line says how to get them.
 */
function renderPhone(
  page: Page,
  questions: readonly Finding[],
  first: Finding | undefined,
  all: readonly Finding[],
  { lang, phoneAsked, verbose }: RenderOptions,
): void {
  if (questions.length === 0) return;
  const rang = all.some(({ id, outcome }) => id === "ring" && outcome.startsWith("accepted"));
  page.gap();
  page.put(DOCTOR_TEXTS[lang].steps.phone, { style: page.paint.bold });
  if (!phoneAsked && !verbose && (first !== undefined || !rang))
    return page.put(COMMAND_TEXTS[lang].doctor.words.phone, { lead: "  ", style: page.paint.dim });
  page.put(COMMAND_TEXTS[lang].doctor.words.ifSilent, { lead: "  " });
  for (const [index, { message, remedy, commands }] of questions.entries()) {
    const lead = `${String(index + 1).padStart(4)}. `;
    page.put(message, { lead });
    page.put(remedy, { lead: "      → ", leadWidth: 8 });
    for (const command of commands) page.verbatim(`        ${page.paint.cyan(command)}`);
  }
}
