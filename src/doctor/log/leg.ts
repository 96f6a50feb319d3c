import type { LogFact, LogLine } from "./log-line.js";

export type Kind = LogFact["kind"];
type LineOf<K extends Kind> = LogLine & { readonly fact: Extract<LogFact, { readonly kind: K }> };

/** One server's part of a call: its lines by what they tell. A call to several phones has several of one kind. */
export interface Leg {
  readonly to: string;
  readonly lines: readonly LogLine[];
  /** Those whose lines that name nobody could be this one's, and the other way round. */
  readonly rivals: ReadonlySet<Leg>;
}

/** Whom a line without a user is about. */
export const NOBODY = "?";

export function linesOf<K extends Kind>(leg: Leg | undefined, kind: K): readonly LineOf<K>[] {
  return (leg?.lines ?? []).filter((line): line is LineOf<K> => line.fact.kind === kind);
}

/** Whether a line says itself whose it is. */
export function isNamed({ fact }: LogLine): boolean {
  return "to" in fact;
}
