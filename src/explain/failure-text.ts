/** What the catalogue of a language says about one reason or error code. Texts may hold `code` in backticks. */
export interface FailureText {
  readonly meaning: string;
  /** The likely one first. */
  readonly causes: readonly [string, ...string[]];
  /** How to find out which cause it is. */
  readonly confirm: readonly [string, ...string[]];
  readonly remedy: string;
  /** What this library did before it reported the failure. */
  readonly whatWeDid: string;
  /** What is contested, or worth knowing besides. */
  readonly note?: string;
}
