import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a program may take before it is taken to hang: milliseconds. */
const PATIENCE = 45_000;

/** What Node is to be started with to run a program of this folder. */
export function programArguments(name: string): string[] {
  const path = (file: string) => fileURLToPath(new URL(`${file}.ts`, import.meta.url));
  return ["--disable-warning=ExperimentalWarning", "--import", path("from-source"), path(name)];
}

/** Runs a program of this folder in a process of its own, on the Node that runs the tests. */
export function run(name: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, programArguments(name), {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", text => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", text => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", code => {
      clearTimeout(patience);
      resolve({ code, stdout, stderr });
    });
  });
}
