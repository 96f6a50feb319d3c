import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import type { Env } from "../doctor/env.js";
import { UsageError } from "./command.js";

/**
 * The variables under examination: those of the process, and on top of them those of the named files, a later file over
 * an earlier one. The files win, because they are what was asked about.
 */
export async function readEnv(files: readonly string[], base: Env, cwd: string): Promise<Env> {
  let env: Env = base;
  for (const file of files) env = { ...env, ...(await readEnvFile(resolve(cwd, file), file)) };
  return env;
}

async function readEnvFile(path: string, given: string): Promise<Env> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`--env-file: ${given} cannot be read (${(error as NodeJS.ErrnoException).code ?? "?"})`);
  }
  // PowerShell's > writes it so. The server will find no variable in it either.
  if (text.includes("\0")) throw new UsageError(`--env-file: ${given} is in UTF-16; save it as UTF-8`);
  return parseEnv(text);
}
