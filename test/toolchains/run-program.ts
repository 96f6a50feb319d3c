import { spawn } from "node:child_process";

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command; one that has not ended by itself in time is killed, and its code is null. */
export function runProgram(
  [command, ...args]: readonly string[],
  {
    cwd,
    env,
    patience,
  }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly patience: number },
): Promise<Ended> {
  // A group of its own: what it started goes with it.
  const child = spawn(command as string, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const hear = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  const timer = setTimeout(() => {
    output += `\ndid not end by itself within ${patience / 1000} s`;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, patience);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", code => {
      clearTimeout(timer);
      resolve({ code, output: output.trim() });
    });
  });
}
