import commonjs from "@rollup/plugin-commonjs";
import json from "@rollup/plugin-json";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

/** @type {import("../chains.ts").Build} */
export async function build(entry, file, format) {
  const bundle = await rollup({
    input: entry,
    plugins: [nodeResolve({ preferBuiltins: true }), commonjs(), json()],
    onwarn: () => {},
  });
  await bundle.write({ file, format, inlineDynamicImports: true });
  await bundle.close();
}
