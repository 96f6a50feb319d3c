/**
 * Installs the packed package in each folder below as its users do, and says which tool chains it works with. Names of folders
 * choose among them: `npm run matrix -- jest`.
 */
import { fileURLToPath } from "node:url";
import { print, type Row, row } from "../table.ts";
import type { Chain, ListChains } from "./chain.ts";
import { jestChains } from "./jest.ts";
import { pack } from "./packed.ts";
import { typeChains } from "./types.ts";

const LISTS: Readonly<Record<string, ListChains>> = { jest: jestChains, types: typeChains };
const AT_ONCE = 2;
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in LISTS));
if (unknown.length > 0) throw new Error(`there is no ${unknown}: choose among ${Object.keys(LISTS)}`);

const packed = await pack();
const queue: Chain[] = [];
for (const [name, list] of Object.entries(LISTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const folder = fileURLToPath(new URL(`../${name}/`, import.meta.url));
  await packed.installIn(folder);
  queue.push(...list(folder));
}
packed.remove();

const rows: Row[] = [];
async function work(): Promise<void> {
  for (let chain = queue.shift(); chain !== undefined; chain = queue.shift()) {
    const { tool, version, how, check } = chain;
    const tried = await row(`${tool} ${version}`, how, check);
    print(tried);
    rows.push(tried);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
const failed = rows.filter(({ ok }) => !ok).length;
console.log(failed === 0 ? `All ${rows.length} work.` : `${failed} of ${rows.length} failed.`);
process.exitCode = failed === 0 ? 0 : 1;
