import { parseArgs } from "node:util";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import type { Language } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import { UsageError } from "./command.js";

/** One option of a command: how it is read. What the help says of it is in the catalogues, under its name. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for its value in the help: `<user>`. */
  readonly value?: string;
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
  },
  json: { type: "boolean" },
  "no-color": { type: "boolean" },
  help: { type: "boolean", short: "h" },
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
    // Node's message names the option and the way out, but on two lines.
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

/** What the catalogue of a language says about one command. */
interface CommandText<Table extends OptionTable> {
  /** `{options}` is where the options are listed. */
  readonly help: string;
  readonly options: Readonly<Record<keyof Table & string, string>>;
}

/** The whole help of a command. `values` fill what the options' texts leave open. */
export function describeCommand<Table extends OptionTable>(
  table: Table,
  { help, options }: CommandText<Table>,
  lang: Language,
  values: Readonly<Record<string, string>> = {},
): string {
  const rows = Object.entries(table).map(([name, { short, value, multiple }]) => {
    const flag = `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;
    const again = multiple ? COMMAND_TEXTS[lang].mayBeRepeated : "";
    return [flag, fill(options[name as keyof Table & string], values) + again] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return fill(help, { options: rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`).join("\n") });
}
