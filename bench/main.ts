/**
 * Everything measured side by side, in one run on one machine:
 *
 *     npm run bench                          all of it
 *     npm run bench -- --quick               what the budgets are about, in about a quarter of an hour
 *     npm run bench -- --only steady,memory  some parts; the others in the results stay as they were
 *     npm run bench -- --out FOLDER          results elsewhere than bench/results
 *
 * Each client runs in a process of its own, against a server in another; all take turns in rounds, and what counts are the
 * medians of the ratios of each round.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, load } from "./machine.ts";
import type { Context, Depth } from "./part.ts";
import { PARTS } from "./parts/all.ts";
import { type Run, writeResults } from "./report/results.ts";
import { delays } from "./servers/delay.ts";
import { startNghttpd } from "./servers/nghttpd.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    with: { type: "string", default: "" },
    out: { type: "string" },
  },
});
const depth: Depth = values.quick ? "quick" : "full";
const wanted = values.only?.split(",") ?? PARTS.map(({ name }) => name);
for (const name of wanted) {
  if (PARTS.some(part => part.name === name)) continue;
  throw new Error(`--only: ${name} given; wanted: some of ${PARTS.map(part => part.name).join(", ")}`);
}
installPeers();

await using server = await startNghttpd();
await using distances = delays();
const run: Run = {
  depth,
  machine: await describeMachine(server.version),
  parts: [],
};
for (const part of PARTS.filter(({ name }) => wanted.includes(name))) {
  const say = (line: string) => console.error(`${part.name}: ${line}`);
  const context: Context = { depth, server, delays: distances, extras: new Set(values.with.split(",")), say };
  const startedAt = new Date();
  const loadBefore = load();
  say(part.title);
  const result = await part.measure(context);
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  run.parts.push({
    name: part.name,
    startedAt: startedAt.toISOString(),
    seconds,
    load: { before: loadBefore, after: load() },
    result,
  });
}
console.log(await writeResults(run, values.out));

/** The peers have a lock file of their own, so that measuring them costs nobody else anything. */
function installPeers(): void {
  const folder = fileURLToPath(new URL("peers", import.meta.url));
  if (existsSync(`${folder}/node_modules/.package-lock.json`)) return;
  console.error("installing the other clients");
  execFileSync("npm", ["ci", "--silent", "--prefix", folder], { stdio: "inherit" });
}
