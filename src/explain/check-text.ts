/** What the catalogue of a language says about one check. Places such as `{host}` are filled by the check. */
export interface CheckText {
  /** A sentence that is true when the check finds nothing wrong. */
  readonly title: string;
  /** What is said of each outcome, by the outcome's name. */
  readonly outcomes: Readonly<Record<string, OutcomeText>>;
}

export interface OutcomeText {
  readonly message: string;
  /** Absent where there is nothing to do, or where the reason's own remedy says it. */
  readonly remedy?: string;
}
