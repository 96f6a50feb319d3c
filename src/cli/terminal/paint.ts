import type { Env } from "../../doctor/env.js";
import type { Output } from "../command.js";

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Paints text, or gives it back as it is where no colour is wanted. */
export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

export function createPaint(coloured: boolean): Paint {
  return Object.fromEntries(
    Object.entries(CODES).map(([name, [on, off]]) => [
      name,
      (text: string) => (coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text),
    ]),
  ) as Paint;
}

/** True on a terminal that can show colours, unless the user declined them. */
export function wantsColour(output: Output, env: Env, declined: boolean | undefined): boolean {
  if (declined || (env.NO_COLOR !== undefined && env.NO_COLOR !== "")) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "0") return true;
  return output.isTerminal && env.TERM !== "dumb";
}
