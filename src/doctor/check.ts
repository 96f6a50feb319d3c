import { CHECK_TEXTS } from "../explain/catalogue/checks.js";
import { PUNCTUATION } from "../explain/catalogue/punctuation.js";
import type { CheckText, OutcomeText } from "../explain/check-text.js";
import { explainReason } from "../explain/explain-reason.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import type { Finding, Status, Step } from "./finding.js";
import type { Patient } from "./patient.js";

/** The id of a check, under which the catalogues have its texts. */
export type CheckId = keyof typeof CHECK_TEXTS.en;

/** The outcomes that the catalogues have words for. */
export type OutcomeName<Id extends CheckId> = keyof (typeof CHECK_TEXTS.en)[Id]["outcomes"] & string;

/** One of the things that a check can find. Its texts are in the catalogues, under the id of the check and its own name. */
export interface Outcome {
  readonly status: Status;
  /** Shell commands to try next. Places such as `{host}` are filled from the verdict's values. */
  readonly commands?: readonly string[];
}

/** What a check found about one subject: which of its outcomes, and the values that its texts need. */
export interface Verdict<Name extends string = string> {
  readonly outcome: Name;
  readonly subject?: string;
  /** Apple's reason or an error code: its explanation is added to the finding. */
  readonly reason?: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** One question, everything that it can find, and how it finds out. It changes nothing in the set-up. */
export interface Check<Name extends string = string> {
  readonly id: CheckId;
  readonly step: Step;
  readonly outcomes: Readonly<Record<Name, Outcome>>;
  run(patient: Patient): Verdict<Name> | readonly Verdict<Name>[] | Promise<Verdict<Name> | readonly Verdict<Name>[]>;
}

/** For declarations: a check has exactly the outcomes that the catalogues have words for, and a verdict names one of them. */
export function defineCheck<Id extends CheckId>(
  check: Check<OutcomeName<Id>> & { readonly id: Id },
): Check<OutcomeName<Id>> {
  return check;
}

/** Puts a verdict into words. */
export function toFinding(check: Check, verdict: Verdict, lang: Language): Finding {
  const { outcome: name, subject, reason, values = {} } = verdict;
  const outcome = check.outcomes[name]!;
  const text = textOf(check, name, lang);
  const explanation = reason === undefined ? undefined : explainReason(reason, { lang });
  const words = (template: string) => fill(template, { ...values, reason: reason ?? "", subject: subject ?? "" });
  return {
    id: check.id,
    step: check.step,
    status: outcome.status,
    outcome: name,
    ...(subject !== undefined && { subject }),
    ...(reason !== undefined && { reason }),
    message: [words(text.message), explanation?.meaning].filter(Boolean).join(PUNCTUATION[lang].betweenSentences),
    causes: explanation?.causes ?? [],
    confirm: explanation?.confirm ?? [],
    remedy: words(text.remedy ?? explanation?.remedy ?? ""),
    // A command that is only a place (`{showDevices}`) is dropped when nothing fills it.
    commands: (outcome.commands ?? []).map(words).filter(command => command !== ""),
  };
}

/** What the catalogue of that language says of one outcome. */
export function textOf({ id }: Check, outcome: string, lang: Language): OutcomeText {
  const { outcomes }: CheckText = CHECK_TEXTS[lang][id];
  return outcomes[outcome]!;
}
