import { statSync } from "node:fs";
import { join } from "node:path";
import { createMockApns } from "apns-voip/testing";
import type { Build, Bundler, Format } from "./chains.ts";
import { runProgram } from "./run-program.ts";
import { type Row, row } from "./table.ts";
import { makeBareFolder, makeProject, remove } from "./work-folder.ts";

const PROGRAMS = ["bundled-client", "bundled-service"];

/** Makes one file of each program, in each format, and runs it where there is no `node_modules`. */
export async function tryBundler({ name, formats }: Bundler): Promise<Row[]> {
  const { build } = (await import(`./${name}/build.mjs`)) as { build: Build };
  const project = makeProject();
  const rows: Row[] = [];
  for (const format of formats)
    for (const program of PROGRAMS)
      rows.push(
        await row(name, `${program}, ${format}`, () => tryBundle(build, join(project, `${program}.mjs`), format)),
      );
  remove(project);
  return rows;
}

/** @throws what went wrong. Returns what is worth knowing. */
async function tryBundle(build: Build, entry: string, format: Format): Promise<string> {
  const bare = makeBareFolder();
  const file = join(bare, format === "esm" ? "program.mjs" : "program.cjs");
  const mock = createMockApns();
  const server = await mock.listen({ caPath: join(bare, "ca.pem") });
  try {
    await build(entry, file, format);
    const env = { ...mock.env(), DEVICE_TOKEN: mock.device().token };
    const { code, output } = await runProgram([process.execPath, file], { cwd: bare, env, patience: 20_000 });
    if (code !== 0 || output !== "accepted") throw new Error(`ended with ${code}: ${output}`);
    if (mock.pushes.length !== 1) throw new Error(`the mock got ${mock.pushes.length} pushes`);
    return `${Math.round(statSync(file).size / 1000)} kB`;
  } finally {
    await server.close();
    remove(bare);
  }
}
