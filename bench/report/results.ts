import { mkdir, readFile, writeFile } from "node:fs/promises";
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
  readonly parts: PartRun[];
}

export interface PartRun {
  readonly name: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** Load average of the last minute. */
  readonly load: { readonly before: number; readonly after: number };
  readonly result: unknown;
}

/**
 * Writes the figures (JSON), the tables (Markdown) and the plots (SVG); resolves with the tables. Parts that were not
 * measured this time stay as an earlier run of the same depth left them, each with its own date and load.
 */
export async function writeResults(measured: Run, folder?: string): Promise<string> {
  const results =
    folder ?? fileURLToPath(new URL(`../results/${measured.depth === "quick" ? "quick" : ""}`, import.meta.url));
  await mkdir(results, { recursive: true });
  const run = { ...measured, parts: [...measured.parts, ...(await otherParts(measured, results))] };
  const page = pageOf(run);
  await writeFile(join(results, "results.json"), `${JSON.stringify(run, null, 1)}\n`);
  await writeFile(join(results, "results.md"), `${page}\n`);
  for (const { part, result } of shown(run)) {
    for (const [name, plot] of Object.entries(part.plots?.(result) ?? {})) await writeFile(join(results, name), plot);
  }
  return page;
}

async function otherParts({ depth, parts }: Run, folder: string): Promise<PartRun[]> {
  const text = await readFile(join(folder, "results.json"), "utf8").catch(() => undefined);
  const earlier: Run | undefined = text && JSON.parse(text);
  if (earlier?.depth !== depth) return [];
  return earlier.parts.filter(({ name }) => !parts.some(part => part.name === name));
}

function shown({ parts }: Run): { part: Part<unknown>; run: PartRun; result: unknown }[] {
  return PARTS.flatMap(part => {
    const run = parts.find(({ name }) => name === part.name);
    return run === undefined ? [] : [{ part, run, result: run.result }];
  });
}

function pageOf(run: Run): string {
  const { machine, depth } = run;
  const parts = shown(run);
  const budgets = parts.flatMap(({ part, result }) => part.budgets?.(result) ?? []);
  return [
    `# Measured in a ${depth} run`,
    `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGigabytes} GB, ${machine.system}.`,
    Object.entries(machine.versions)
      .map(([name, version]) => `${name}: ${version}`)
      .join(", "),
    "## Budgets",
    budgetTable(budgets),
    ...parts.flatMap(({ part, run: { startedAt, seconds, load }, result }) => [
      `## ${part.title}`,
      `${startedAt}, ${seconds} s; load average ${load.before} before, ${load.after} after.`,
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
