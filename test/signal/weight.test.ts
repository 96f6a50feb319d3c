import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("the signal entry loads none of the packages that pushes and stores need, nor any other", async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../../src/signal/index.ts", import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const inputs = Object.entries(metafile.inputs);
  expect(inputs.map(([path]) => path).filter(path => path.includes("node_modules"))).toEqual([]);
  expect(inputs.length).toBeGreaterThan(5);
  const external = inputs.flatMap(([, { imports }]) => imports).filter(({ external }) => external);
  expect(new Set(external.map(({ path }) => path))).toEqual(new Set(["node:diagnostics_channel"]));
});
