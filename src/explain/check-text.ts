/** What the catalogue of a language says about one check. Places such as `{host}` are filled by the check. */
export interface CheckText {
  /** What is good, as a sentence. */
  readonly title: string;
  /** By the name of what the check found. */
  readonly outcomes: Readonly<Record<string, OutcomeText>>;
}

export interface OutcomeText {
  readonly message: string;
  /** Absent where there is nothing to do, or where the reason's own remedy says it. */
  readonly remedy?: string;
}
