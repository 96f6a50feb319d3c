import type { LogFact, LogLine } from "./log-line.js";

export type Kind = LogFact["kind"];
/** A line that tells a fact of this kind. */
export type LineOf<K extends Kind> = LogLine & { readonly fact: Extract<LogFact, { readonly kind: K }> };

/** One server's lines of a call. A call to several phones has several lines of one kind. */
export interface Leg {
  readonly to: string;
  readonly lines: readonly LogLine[];
  /** Calls that share lines with this one: a line that names no user may belong to either. */
  readonly rivals: ReadonlySet<Leg>;
}

/** Stands for the user of a line that names none. */
export const NOBODY = "?";

export function linesOf<K extends Kind>(leg: Leg | undefined, kind: K): readonly LineOf<K>[] {
  return (leg?.lines ?? []).filter((line): line is LineOf<K> => line.fact.kind === kind);
}

/** True when a line names its user. */
export function isNamed({ fact }: LogLine): boolean {
  return "to" in fact;
}
