import { build as bundle } from "esbuild";

/** @type {import("../chains.ts").Build} */
export async function build(entry, outfile, format, external = []) {
  await bundle({
    entryPoints: [entry],
    outfile,
    external,
    format,
    bundle: true,
    platform: "node",
    target: "node22",
    logLevel: "error",
  });
}
