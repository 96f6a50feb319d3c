/**
 * Installs the packed package in each example that is a project of its own, starts its server, and rings a phone through it:
 * `npm run example:projects -- nest bun`; without names all of them.
 */
import { fileURLToPath } from "node:url";
import { pack } from "../matrix/packed.ts";
import { print, type Row, row } from "../table.ts";
import { PROJECTS } from "./projects.ts";
import { ringThrough } from "./ring.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !PROJECTS.some(({ folder }) => folder === name));
if (unknown.length > 0) throw new Error(`there is no examples/${unknown}: ${PROJECTS.map(({ folder }) => folder)}`);

const packed = await pack();
const rows: Row[] = [];
for (const project of PROJECTS) {
  if (wanted.length > 0 && !wanted.includes(project.folder)) continue;
  const folder = fileURLToPath(new URL(`../../../examples/${project.folder}/`, import.meta.url));
  const tried = await row(project.name, `examples/${project.folder}`, async () => {
    await packed.installIn(folder);
    return ringThrough(project, folder);
  });
  print(tried);
  rows.push(tried);
}
packed.remove();
const failed = rows.filter(({ ok }) => !ok).length;
console.log(failed === 0 ? `All ${rows.length} ring.` : `${failed} of ${rows.length} failed.`);
process.exitCode = failed === 0 ? 0 : 1;
