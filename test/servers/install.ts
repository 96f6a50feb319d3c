import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, resolve } from "node:path";
import { promisify } from "node:util";
import type { Kind } from "./kind.ts";

const run = promisify(execFile);

/** Debian's servers and daemons are not in everybody's path. */
process.env.PATH = [process.env.PATH, "/usr/local/sbin", "/usr/sbin", "/sbin"].join(delimiter);

function isThere(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some(folder => {
    try {
      accessSync(resolve(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why this server cannot be run here; installs it first where that is asked for and we may. */
export async function missing(kind: Kind, mayInstall: boolean): Promise<string | undefined> {
  if (await isReady(kind)) return undefined;
  const wanted = `apt-get install ${kind.packages.join(" ")}`;
  if (!mayInstall) return `not installed (${wanted}, or --install)`;
  if (process.getuid?.() !== 0) return `not installed, and only root may (${wanted})`;
  try {
    await run("apt-get", ["update", "-qq"]);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...kind.packages], { env });
  } catch (error) {
    return `cannot be installed: ${error instanceof Error ? error.message.trim().split("\n").at(-1) : error}`;
  }
  return (await isReady(kind)) ? undefined : `installed, but has no ${kind.program}`;
}

async function isReady(kind: Kind): Promise<boolean> {
  if (!isThere(kind.program)) return false;
  if (kind.ready === undefined) return true;
  return run(kind.ready[0] as string, kind.ready.slice(1)).then(
    () => true,
    () => false,
  );
}
