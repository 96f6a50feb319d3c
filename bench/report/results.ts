import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "../machine.ts";
import type { Budget, Depth, Part } from "../part.ts";
import { PARTS } from "../parts/all.ts";
import { table } from "./table.ts";

/** What is kept of a run: every figure of every round. */
export interface Run {
  readonly depth: Depth;
  readonly machine: Machine;
  readonly startedAt: string;
  readonly parts: PartRun[];
}

export interface PartRun {
  readonly name: string;
  readonly seconds: number;
  /** Load average of the last minute. */
  readonly load: { readonly before: number; readonly after: number };
  readonly result: unknown;
}

/** Writes the figures (JSON), the tables (Markdown) and the plots (SVG); resolves with the tables. */
export async function writeResults(run: Run, folder?: string): Promise<string> {
  const results =
    folder ?? fileURLToPath(new URL(`../results/${run.depth === "quick" ? "quick" : ""}`, import.meta.url));
  await mkdir(results, { recursive: true });
  const page = pageOf(run);
  await writeFile(join(results, "results.json"), `${JSON.stringify(run, null, 1)}\n`);
  await writeFile(join(results, "results.md"), `${page}\n`);
  for (const { part, result } of shown(run)) {
    for (const [name, plot] of Object.entries(part.plots?.(result) ?? {})) await writeFile(join(results, name), plot);
  }
  return page;
}

function shown({ parts }: Run): { part: Part<unknown>; run: PartRun; result: unknown }[] {
  return parts.flatMap(run => {
    const part = PARTS.find(({ name }) => name === run.name);
    return part === undefined ? [] : [{ part, run, result: run.result }];
  });
}

function pageOf(run: Run): string {
  const { machine, startedAt, depth } = run;
  const parts = shown(run);
  const budgets = parts.flatMap(({ part, result }) => part.budgets?.(result) ?? []);
  return [
    `# Measured ${startedAt}, a ${depth} run`,
    `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, ${machine.system}.`,
    Object.entries(machine.versions)
      .map(([name, version]) => `${name}: ${version}`)
      .join(", "),
    "## Budgets",
    budgetTable(budgets),
    ...parts.flatMap(({ part, run: { seconds, load }, result }) => [
      `## ${part.title}`,
      `Took ${seconds} s; load average ${load.before} before, ${load.after} after.`,
      part.report(result),
    ]),
  ].join("\n\n");
}

const VERDICTS = new Map([
  [true, "met"],
  [false, "MISSED"],
  [undefined, "not measured"],
]);

function budgetTable(budgets: readonly Budget[]): string {
  const rows = budgets.map(({ what, wanted, measured, met }) => [what, wanted, measured, VERDICTS.get(met)]);
  return table(["budget", "wanted", "measured", ""], rows);
}
