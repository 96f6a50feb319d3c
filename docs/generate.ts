/**
 * Writes the generated parts of the guide, from the same tables that the doctor and `explainReason` read. With `--check`
 * it writes nothing, and fails when a page is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fill, PAGES } from "./fill.ts";

const checkOnly = process.argv.includes("--check");
let stale = 0;

for (const [name, lang] of Object.entries(PAGES)) {
  const file = new URL(name, import.meta.url);
  const before = await readFile(file, "utf8");
  const after = fill(before, lang);
  if (before === after) continue;
  stale += 1;
  if (!checkOnly) await writeFile(file, after);
  console.log(`docs/${name} ${checkOnly ? "is stale: npm run docs" : "written"}`);
}

if (checkOnly && stale > 0) process.exitCode = 1;
