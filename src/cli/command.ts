import type { Readable } from "node:stream";
import type { Env } from "../doctor/env.js";
import type { World } from "../doctor/world.js";
import type { Language } from "../explain/language.js";

/** Where a command writes. */
export interface Output {
  write(text: string): void;
  /** Whether it is a terminal, which a person reads. */
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly columns: number | undefined;
}

/** Everything a command line touches, so that tests can run one without a process. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Env;
  readonly cwd: string;
  readonly lang: Language;
  /** Fires on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
  readonly world?: Partial<World>;
}

/**
 * - 0: good
 * - 1: something is wrong with what was looked at: a check failed, a push was not accepted, a call stopped
 * - 2: the command was used wrongly
 * - 130: interrupted
 */
export type ExitCode = 0 | 1 | 2 | 130;

/** A command: the word after `apns-voip`, and what it runs. */
export interface Command {
  readonly name: "doctor" | "send" | "logs" | "mock";
  /** Loads what the command needs only when it is called. */
  load(): Promise<{ readonly run: (args: readonly string[], io: Io) => Promise<ExitCode> }>;
}

/** The user called the command wrongly. The message is printed without a stack, and the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
