import { runCommandLine } from "./run.js";

/** Runs the command line as this process: its arguments, streams, signals and exit code. */
export function start(): void {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  // When the reader closes the pipe (`| head`), the program ends without an error.
  process.stdout.on("error", error => process.exit((error as NodeJS.ErrnoException).code === "EPIPE" ? 0 : 1));

  const output = (stream: NodeJS.WriteStream) => ({
    write: (text: string) => void stream.write(text),
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
  });

  runCommandLine(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    signal: interrupted.signal,
  }).then(code => {
    // `process.exit` would cut off what is still being written, so only the code is set.
    process.exitCode = code;
    // A database connection that hangs must not keep the process alive.
    setTimeout(() => process.exit(code), 1000).unref();
  });
}
