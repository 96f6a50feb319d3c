import type { Text } from "./text.js";

/**
 * How sure the causes are.
 *
 * - `documented`: Apple, Node.js or this library documents them
 * - `reported`: Apple staff or several independent reports name them
 * - `inferred`: deduced from what is documented; nobody has confirmed them
 * - `contested`: sources disagree; the note says on what
 * - `undocumented`: nobody says what causes it
 */
export type Sureness = "documented" | "reported" | "inferred" | "contested" | "undocumented";

/** What the table holds for one reason or error code. */
export interface ExplanationEntry {
  readonly meaning: Text;
  /** The likely one first. */
  readonly causes: readonly [Text, ...Text[]];
  readonly confirm: readonly [Text, ...Text[]];
  readonly remedy: Text;
  readonly whatWeDid: Text;
  readonly sureness: Sureness;
  /** What is contested, or worth knowing besides. */
  readonly note?: Text;
}
