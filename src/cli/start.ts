import { runCommandLine } from "./run.js";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
// A reader that has seen enough (`| head`) ends us quietly.
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
  // Set, not called: what is still being written must get out.
  process.exitCode = code;
  // A database that hangs must not keep us.
  setTimeout(() => process.exit(code), 1000).unref();
});
