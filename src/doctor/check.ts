import { explainReason } from "../explain/explain-reason.js";
import type { Language, Text } from "../explain/language.js";
import type { Finding, Status, Step } from "./finding.js";
import type { Patient } from "./patient.js";

/** One of the things a check can find, in words. `{name}` is filled from the verdict's values. */
export interface Outcome {
  readonly status: Status;
  readonly message: Text;
  readonly remedy?: Text;
  readonly commands?: readonly string[];
}

/** What a check says about one subject: which of its outcomes, and what fills the words. */
export interface Verdict<Name extends string = string> {
  readonly outcome: Name;
  readonly subject?: string;
  /** Apple's reason or an error code: its explanation is added to the finding. */
  readonly reason?: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** One question, everything it can find, and how it finds out. Changes nothing and throws nothing it need not. */
export interface Check<Name extends string = string> {
  readonly id: string;
  readonly step: Step;
  readonly title: Text;
  readonly outcomes: Readonly<Record<Name, Outcome>>;
  run(patient: Patient): Verdict<Name> | readonly Verdict<Name>[] | Promise<Verdict<Name> | readonly Verdict<Name>[]>;
}

/** For declarations: infers the names of the outcomes, so that a verdict can only name one that has words. */
export function defineCheck<Name extends string>(check: Check<Name>): Check<Name> {
  return check;
}

/** Puts a verdict into words. */
export function toFinding(check: Check, verdict: Verdict, lang: Language): Finding {
  const { outcome: name, subject, reason, values = {} } = verdict;
  const outcome = check.outcomes[name]!;
  const explanation = reason === undefined ? undefined : explainReason(reason, { lang });
  const words = (text: string) => fill(text, { ...values, reason: reason ?? "", subject: subject ?? "" });
  return {
    id: check.id,
    step: check.step,
    status: outcome.status,
    outcome: name,
    ...(subject !== undefined && { subject }),
    ...(reason !== undefined && { reason }),
    message: [words(outcome.message[lang]), explanation?.meaning].filter(Boolean).join(lang === "ja" ? "" : " "),
    causes: explanation?.causes ?? [],
    confirm: explanation?.confirm ?? [],
    remedy: words(outcome.remedy?.[lang] ?? explanation?.remedy ?? ""),
    // A command that is all slot and was given nothing is none.
    commands: (outcome.commands ?? []).map(words).filter(command => command !== ""),
  };
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([a-z][A-Za-z0-9]*)\}/g, (slot, name: string) => String(values[name] ?? slot));
}
