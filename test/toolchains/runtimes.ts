import { join } from "node:path";
import type { Runtime } from "./chains.ts";
import { openDesk } from "./mock-desk.ts";
import { runProgram } from "./run-program.ts";
import { type Row, row } from "./table.ts";
import { makeProject, remove } from "./work-folder.ts";

/** Runs the battery on a runtime, against mocks in this process. */
export async function tryRuntime({ name, command }: Runtime): Promise<Row[]> {
  return [await row(name, "the battery", () => runBattery(command))];
}

async function runBattery(command: readonly string[]): Promise<string> {
  const project = makeProject();
  const desk = await openDesk();
  try {
    const { code, output } = await runProgram([...command, join(project, "battery.ts")], {
      cwd: project,
      env: { MOCK_DESK: desk.url },
      patience: 120_000,
    });
    if (code !== 0) throw new Error(`ended with ${code}:\n${withoutSuccesses(output)}`);
    return output.split("\n").at(-1) ?? "";
  } finally {
    await desk.close();
    remove(project);
  }
}

const withoutSuccesses = (output: string) =>
  output
    .split("\n")
    .filter(line => !line.startsWith("ok "))
    .join("\n");
