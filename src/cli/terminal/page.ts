import type { Env } from "../../doctor/env.js";
import type { Output } from "../command.js";
import { createPaint, type Paint, wantsColour } from "./paint.js";
import { wrap } from "./width.js";

/** Columns at most: wider lines are hard to read, even where there is room. */
const WIDEST = 100;
/** Columns where the terminal does not say how many it has. */
const USUAL = 80;

/** Text for people, laid out for the width of their terminal. */
export interface Page {
  readonly paint: Paint;
  /** An empty line. */
  gap(): void;
  /** A text with something in front of its first line, the others indented to match. `style` paints each line. */
  put(
    text: string,
    options?: { readonly lead?: string; readonly leadWidth?: number; readonly style?: (line: string) => string },
  ): void;
  /** A line as it is, however long, so that it can be pasted. */
  verbatim(line: string): void;
}

export function createPage(output: Output, env: Env, noColour: boolean | undefined): Page {
  const paint = createPaint(wantsColour(output, env, noColour));
  const columns = Math.max(40, Math.min(output.columns ?? USUAL, WIDEST));
  return {
    paint,
    gap: () => output.write("\n"),
    put(text, { lead = "", leadWidth = lead.length, style = (line: string) => line } = {}) {
      const [first = "", ...rest] = text.split("\n").flatMap(part => wrap(part, columns - leadWidth));
      output.write(`${lead}${style(first)}\n`);
      for (const line of rest) output.write(`${" ".repeat(leadWidth)}${style(line)}\n`);
    },
    verbatim: line => output.write(`${line}\n`),
  };
}
