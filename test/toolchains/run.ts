/**
 * Tries the package as it was built (`dist`) inside bundles and on other runtimes: `npm run toolchains -- esbuild bun deno`;
 * without names all of them. Ends non-zero when one fails.
 */
import { tryBundler } from "./bundles.ts";
import { BUNDLERS, RUNTIMES } from "./chains.ts";
import { install } from "./install.ts";
import { tryRuntime } from "./runtimes.ts";
import { print, type Row, row } from "./table.ts";

const known = [...new Set([...BUNDLERS, ...RUNTIMES].map(({ name }) => name))];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.filter(name => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no tool chain ${unknown.join(", ")}. There are: ${known.join(", ")}`);
  process.exit(2);
}

const rows: Row[] = [];
for (const name of wanted) {
  const installed = await row(name, "install", async () => {
    await install(name);
    return "";
  });
  const tried = installed.ok ? await tryAll(name) : [installed];
  for (const one of tried) print(one);
  rows.push(...tried);
}
const failed = rows.filter(({ ok }) => !ok).length;
console.log(failed === 0 ? `All ${rows.length} work.` : `${failed} of ${rows.length} failed.`);
process.exitCode = failed === 0 ? 0 : 1;

async function tryAll(name: string): Promise<Row[]> {
  const bundler = BUNDLERS.find(one => one.name === name);
  const runtime = RUNTIMES.find(one => one.name === name);
  return [...(bundler ? await tryBundler(bundler) : []), ...(runtime ? await tryRuntime(runtime) : [])];
}
