import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** All that an entry of ours loads before its first line runs, but for what packages load in turn. */
async function loadedBy(entry: string): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../src/${entry}.ts`, import.meta.url))],
    bundle: true,
    splitting: true,
    outdir: "unwritten",
    write: false,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === `src/${entry}.ts`);
  const seen = new Set(first?.imports);
  for (const { path, kind } of seen) {
    if (kind === "import-statement") for (const more of metafile.outputs[path]?.imports ?? []) seen.add(more);
  }
  return new Set(
    [...seen].filter(({ external, kind }) => external && kind === "import-statement").map(({ path }) => path),
  );
}

test.each([
  ["apns/index", []],
  ["index", ["zod/v4"]],
])("%s loads no more at once than is needed at once", async (entry, packages) => {
  const loaded = await loadedBy(entry);
  expect([...loaded].filter(path => !path.startsWith("node:"))).toEqual(packages);
  // Importing it loads the undici inside Node.
  expect(loaded).not.toContain("node:http");
});
