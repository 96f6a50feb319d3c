import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** An example that runs as a process of its own, as users start it. */
export interface RunningExample {
  /** What it says it listens on. */
  readonly url: string;
  /** Everything it has printed so far. */
  readonly lines: readonly string[];
  /** Waits until it has printed that line, as often as `times` says. */
  printed(line: string, times?: number): Promise<void>;
  readonly process: ChildProcess;
  /** Asks it to stop; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface FinishedExample {
  readonly code: number | null;
  readonly output: string;
}

/** Milliseconds: more than a busy machine needs, less than a test may take. */
const PATIENCE = 50_000;

/** Starts an example on a free port and waits until it says where it listens, in the form's group. */
export async function startExample(
  file: string,
  env: NodeJS.ProcessEnv = {},
  listening = /listening on (\S+)$/,
): Promise<RunningExample> {
  const child = launch(file, [], { PORT: "0", ...env });
  const lines: string[] = [];
  const ended = new Promise<number | null>(resolve => child.once("exit", resolve));
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on("line", line => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }

  async function until<T>(what: string, look: () => T | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const fail = (why: string) => reject(new Error(`${file} ${why} ${what}; it printed:\n${lines.join("\n")}`));
    const check = () => {
      const found = look();
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => fail("has not printed"), PATIENCE);
    void ended.then(() => fail("ended before it printed"));
    waiting.add(check);
    check();
    try {
      return await promise;
    } finally {
      waiting.delete(check);
      clearTimeout(timer);
    }
  }

  return {
    url: await until("where it listens", () => lines.map(line => listening.exec(line)?.[1]).find(Boolean)),
    lines,
    process: child,
    printed: (line, times = 1) =>
      until(JSON.stringify(line), () =>
        lines.filter(printed => printed === line).length >= times ? true : undefined,
      ).then(() => {}),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs an example that ends by itself. */
export async function runExample(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<FinishedExample> {
  const child = launch(file, args, env);
  let output = "";
  child.stdout?.on("data", chunk => (output += chunk));
  child.stderr?.on("data", chunk => (output += chunk));
  const code = await new Promise<number | null>(resolve => child.once("close", resolve));
  return { code, output };
}

/** Its variables are those given and nothing of ours, so that no test depends on who runs it. */
function launch(file: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  const fromSource = new URL("from-source.ts", import.meta.url).href;
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
  return spawn(process.execPath, [path, ...args], {
    // An option of the environment, so that processes that the example starts have it as well.
    env: { PATH, HOME, TMPDIR, SystemRoot, NODE_OPTIONS: `--import=${fromSource} --no-warnings`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
