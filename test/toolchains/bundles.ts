import { statSync } from "node:fs";
import { join } from "node:path";
import { createMockApns } from "apns-voip/testing";
import type { Build, Bundler, Format } from "./chains.ts";
import { runProgram } from "./run-program.ts";
import { type Row, row } from "./table.ts";
import { makeBareFolder, makeProject, remove } from "./work-folder.ts";

const PROGRAMS = ["bundled-client", "bundled-service"];

/** One file made of a program. */
interface Bundle {
  readonly build: Build;
  readonly entry: string;
  readonly format: Format;
}

/** Makes one file of each program, in each format, and runs it where there is no `node_modules`. */
export async function tryBundler({ name, formats, leavesOut = false }: Bundler): Promise<Row[]> {
  const { build } = (await import(`./${name}/build.mjs`)) as { build: Build };
  const project = makeProject();
  const rows: Row[] = [];
  for (const format of formats) {
    for (const program of PROGRAMS) {
      const bundle = { build, entry: join(project, `${program}.mjs`), format };
      rows.push(await row(name, `${program}, ${format}`, () => sends(bundle)));
      if (leavesOut) rows.push(await row(name, `${program}, ${format}, no undici`, () => sends(bundle, ["undici"])));
    }
    const client = { build, entry: join(project, "bundled-client.mjs"), format };
    if (leavesOut) rows.push(await row(name, `undici missing, ${format}`, () => saysWhatIsMissing(client)));
  }
  remove(project);
  return rows;
}

async function sends(bundle: Bundle, leftOut: readonly string[] = []): Promise<string> {
  const { ended, pushes, kilobytes } = await runBundle(bundle, leftOut);
  if (ended.code !== 0 || ended.output !== "accepted") throw new Error(`ended with ${ended.code}: ${ended.output}`);
  if (pushes !== 1) throw new Error(`the mock got ${pushes} pushes`);
  return `${kilobytes} kB`;
}

/** A fault that no waiting heals is one error, at once, and it says what to do. */
async function saysWhatIsMissing(bundle: Bundle): Promise<string> {
  const { ended } = await runBundle(bundle, ["undici"], { APNS_TRANSPORT: "undici" });
  const isTold = /^unsent transport: "undici" given.*install it, or leave the option out/.test(ended.output);
  if (ended.code !== 0 || !isTold) throw new Error(`ended with ${ended.code}: ${ended.output}`);
  return "one error, with its remedy";
}

async function runBundle({ build, entry, format }: Bundle, leftOut: readonly string[], more = {}) {
  const bare = makeBareFolder();
  const file = join(bare, format === "esm" ? "program.mjs" : "program.cjs");
  const mock = createMockApns();
  const server = await mock.listen({ caPath: join(bare, "ca.pem") });
  try {
    await build(entry, file, format, leftOut);
    const env = { ...mock.env(), DEVICE_TOKEN: mock.device().token, ...more };
    const ended = await runProgram([process.execPath, file], { cwd: bare, env, patience: 20_000 });
    return { ended, pushes: mock.pushes.length, kilobytes: Math.round(statSync(file).size / 1000) };
  } finally {
    await server.close();
    remove(bare);
  }
}
