import type { LogFact, LogLine } from "./log-line.js";

type Kind = LogFact["kind"];
type LineOf<K extends Kind> = LogLine & { readonly fact: Extract<LogFact, { readonly kind: K }> };

/** One server's part of a call: its lines by what they tell. A call to several phones has several of one kind. */
export interface Leg {
  readonly to: string;
  readonly lines: readonly LogLine[];
  /** A line that names nobody could have been another call's. */
  readonly guessed: boolean;
}

/** Whom a line without a user is about. */
export const NOBODY = "?";

export function linesOf<K extends Kind>(leg: Leg | undefined, kind: K): readonly LineOf<K>[] {
  return (leg?.lines ?? []).filter((line): line is LineOf<K> => line.fact.kind === kind);
}
