import { isApnsVoipError } from "../errors.js";
import { COMMAND_TEXTS } from "../explain/catalogue/commands.js";
import { LANGUAGES, type Language, readLanguage } from "../explain/language.js";
import { fill } from "../explain/texts.js";
import { type ExitCode, type Io, UsageError } from "./command.js";
import { COMMANDS } from "./commands.js";
import { readVersion } from "./version.js";

/** Runs a command line; resolves with the exit code, and rejects only for a mistake of ours. */
export async function runCommandLine(args: readonly string[], io: Omit<Io, "lang">): Promise<ExitCode> {
  try {
    const { lang, rest } = takeLanguage(args, io.env);
    return await runCommand(rest, { ...io, lang });
  } catch (error) {
    return explainFailure(error, io);
  }
}

async function runCommand([name, ...rest]: readonly string[], io: Io): Promise<ExitCode> {
  const { lang } = io;
  if (name === "--version" || name === "-V") {
    io.stdout.write(`${readVersion()}\n`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const width = Math.max(...COMMANDS.map(command => command.name.length));
    const lines = COMMANDS.map(
      command => `  ${command.name.padEnd(width)}  ${COMMAND_TEXTS[lang][command.name].summary}`,
    );
    (name === undefined ? io.stderr : io.stdout).write(
      `${fill(COMMAND_TEXTS[lang].usage, { commands: lines.join("\n") })}\n`,
    );
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find(known => known.name === name);
  if (command === undefined) {
    const known = COMMANDS.map(one => one.name).join(", ");
    io.stderr.write(`apns-voip: ${JSON.stringify(name)} is no command; there are: ${known}\n`);
    return 2;
  }
  const { run } = await command.load();
  return run(rest, io);
}

function explainFailure(error: unknown, { stderr, signal }: Omit<Io, "lang">): ExitCode {
  if (signal.aborted) {
    stderr.write("\napns-voip: interrupted\n");
    return 130;
  }
  if (!(error instanceof UsageError) && !isApnsVoipError(error)) throw error;
  stderr.write(`apns-voip: ${error.message}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** Takes `--lang` out of the arguments; without it the language is that of the terminal. */
function takeLanguage(args: readonly string[], env: Io["env"]): { readonly lang: Language; readonly rest: string[] } {
  const at = args.findIndex(arg => arg === "--lang" || arg.startsWith("--lang="));
  if (at === -1) {
    return { lang: readLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG) ?? "en", rest: [...args] };
  }
  const joined = args[at]?.split("=")[1];
  const asked = joined ?? args[at + 1] ?? "";
  const lang = readLanguage(asked);
  if (lang === undefined) {
    throw new UsageError(`--lang: ${JSON.stringify(asked)} given; wanted: ${LANGUAGES.join(", ")}`);
  }
  return { lang, rest: args.toSpliced(at, joined === undefined ? 2 : 1) };
}
