import type { LogLine } from "./log-line.js";

/** Lines that may lie between two lines of one call, in a log without times. */
const MOST_LINES = 200;

/** Whether a line comes so soon after an earlier one that both may be of one call: within that many milliseconds. */
export function isWithin(milliseconds: number, earlier: LogLine, line: LogLine): boolean {
  return earlier.at !== undefined && line.at !== undefined
    ? line.at - earlier.at <= milliseconds
    : line.order - earlier.order <= MOST_LINES;
}
