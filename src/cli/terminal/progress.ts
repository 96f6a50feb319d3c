import type { Output } from "../command.js";
import { displayWidth } from "./width.js";

/** Says what is being done, on standard error: one line that rewrites itself on a terminal, one per change elsewhere. */
export interface ProgressLine {
  show(text: string): void;
  /** Clears the line. */
  end(): void;
}

export function createProgressLine(output: Output): ProgressLine {
  let shown = "";
  return {
    show(text) {
      if (!output.isTerminal) {
        if (text !== shown) output.write(`${text}\n`);
      } else {
        output.write(`\r\u001b[K${clip(text, (output.columns ?? 80) - 1)}`);
      }
      shown = text;
    },
    end() {
      if (shown !== "" && output.isTerminal) output.write("\r\u001b[K");
      shown = "";
    },
  };
}

function clip(text: string, columns: number): string {
  let clipped = "";
  for (const character of text) {
    if (displayWidth(clipped + character) > columns) break;
    clipped += character;
  }
  return clipped;
}
