import { build as bundle } from "esbuild";

/** @type {import("../chains.ts").Build} */
export async function build(entry, outfile, format) {
  await bundle({
    entryPoints: [entry],
    outfile,
    format,
    bundle: true,
    platform: "node",
    target: "node22",
    logLevel: "error",
  });
}
