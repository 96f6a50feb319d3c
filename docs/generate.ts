/**
 * Writes the generated parts of the guide, from the same tables that the doctor and `explainReason` read, the description of
 * the routes, from the schemas that read requests, and the reference, from the doc comments. With `--check` it writes nothing, and fails when a page is stale.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fill, PAGES } from "./fill.ts";
import { openApi } from "./openapi/document.ts";
import { referencePage } from "./reference/page.ts";

const checkOnly = process.argv.includes("--check");
let stale = 0;

for (const [name, lang] of Object.entries(PAGES)) await bring(name, before => fill(before, lang));

const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
await bring("openapi.json", () => `${JSON.stringify(openApi(manifest.version), null, 2)}\n`);
await bring("reference.md", referencePage);

async function bring(name: string, write: (before: string) => string): Promise<void> {
  const file = new URL(name, import.meta.url);
  const before = await readFile(file, "utf8").catch(() => "");
  const after = write(before);
  if (before === after) return;
  stale += 1;
  if (!checkOnly) await writeFile(file, after);
  console.log(`docs/${name} ${checkOnly ? "is stale: npm run docs" : "written"}`);
}

if (checkOnly && stale > 0) process.exitCode = 1;
