import { parseArgs } from "node:util";
import type { Language, Text } from "../explain/language.js";
import { UsageError } from "./command.js";

/** One option of a command: how it is read, and what the help says. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for its value in the help: `<user>`. */
  readonly value?: string;
  readonly help: Text;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What was given for the options of a table. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: Table[Name]["type"] extends "boolean"
    ? boolean
    : Table[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/** Options that every command has. */
export const COMMON_OPTIONS = {
  lang: {
    type: "string",
    value: "<en|ja>",
    help: { en: "Language. Default: that of the terminal", ja: "表示する言語。既定は端末の言語" },
  },
  json: { type: "boolean", help: { en: "Print JSON for programs", ja: "プログラム向けにJSONで出力" } },
  "no-color": { type: "boolean", help: { en: "No colours (also NO_COLOR=1)", ja: "色を付けない(NO_COLOR=1でも可)" } },
  help: { type: "boolean", short: "h", help: { en: "Show this help", ja: "このヘルプを表示" } },
} as const satisfies OptionTable;

/** Reads the arguments of a command; throws `UsageError` for what is not in the table. */
export function readOptions<Table extends OptionTable>(table: Table, args: readonly string[]): OptionValues<Table> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple && { multiple }), ...(short !== undefined && { short }) },
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    return values as OptionValues<Table>;
  } catch (error) {
    // Node's words name the option and the way out, over two lines.
    throw new UsageError((error as Error).message.replaceAll("\n", " "));
  }
}

/** A whole number of the given bounds, or `UsageError`. */
export function readNumber(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new UsageError(`--${name}: ${JSON.stringify(text)} given; wanted: a whole number from ${least} to ${most}`);
}

/** One of a few words, or `UsageError`. */
export function readChoice<Word extends string>(
  name: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find(known => known === text);
  if (word !== undefined) return word;
  throw new UsageError(`--${name}: ${JSON.stringify(text)} given; wanted: ${words.join(", ")}`);
}

/** The lines of the help about the options. */
export function describeOptions(table: OptionTable, lang: Language): string {
  const rows = Object.entries(table).map(([name, { short, value, help, multiple }]) => {
    const flag = `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;
    const again = multiple ? { en: " (may be repeated)", ja: "(複数可)" }[lang] : "";
    return [flag, help[lang] + again] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`).join("\n");
}
