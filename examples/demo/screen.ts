import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a line comes from, and its colour. */
const SOURCES = {
  phone: "magenta",
  signal: "cyan",
  api: "blue",
  apple: "yellow",
  table: "gray",
} as const satisfies Record<string, Style>;

export type Source = keyof typeof SOURCES;

let steps = 0;

/** The title of the demo, or of one of its parts. */
export function title(text: string): void {
  print(`\n${style("bold", text)}`);
}

/** A step of the chain: who talks to whom, about what. */
export function step(who: string, what: string): void {
  print(`\n${style("bold", `${String(++steps).padStart(2)}  ${who}`)}  ${what}`);
}

/** A line as a process printed it, to the letter, or what a phone did. */
export function line(source: Source, text: string): void {
  print(`    ${style(SOURCES[source], source.padEnd(7))}${text}`);
}

/** Something that the program has checked. */
export function proved(text: string): void {
  print(`    ${style("green", `✔ ${text}`)}`);
}

/** What an operator does about a failure. */
export function remedy(text: string): void {
  print(`    ${style("yellow", "→")} ${text}`);
}

/** Rows of a query, as psql would show them. */
export function table(sql: string, rows: readonly Readonly<Record<string, unknown>>[]): void {
  line("table", sql);
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map(row => names.map(name => String(row[name] ?? "")))];
  const widths = names.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)));
  for (const row of cells)
    line(
      "table",
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(" | ")
        .trimEnd(),
    );
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Colour on a terminal only, and never where NO_COLOR is set. */
function style(format: Style, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
