import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { World } from "apns-voip/doctor";
import type { Output } from "../../src/cli/command.js";
import { runCommandLine } from "../../src/cli/run.js";

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly columns?: number;
  /** Both outputs are a terminal. */
  readonly terminal?: boolean;
  readonly world?: Partial<World>;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process. Nothing of the tester's own environment gets in. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { env = {}, cwd = process.cwd(), terminal = false, columns, world } = options;
  let out = "";
  let err = "";
  const output = (write: (text: string) => void): Output => ({ write, isTerminal: terminal, columns });
  const code = await runCommandLine(args, {
    stdin: Object.assign(Readable.from([options.stdin ?? ""]), { isTTY: options.stdin === undefined }),
    stdout: output(text => {
      out += text;
    }),
    stderr: output(text => {
      err += text;
    }),
    ...{ env, cwd, signal: options.signal ?? new AbortController().signal },
    ...(world && { world }),
  });
  return { code, out, err };
}

export const plain = stripVTControlCharacters;
