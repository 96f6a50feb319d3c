import { basename, dirname } from "node:path";
import webpack from "webpack";

/** @type {import("../chains.ts").Build} */
export function build(entry, outFile) {
  const compiler = webpack({
    entry,
    target: "node22",
    mode: "production",
    output: { path: dirname(outFile), filename: basename(outFile) },
    // One file, whatever is loaded late.
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
  });
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      const failed = error ?? (stats.hasErrors() ? new Error(stats.toString("errors-only")) : undefined);
      compiler.close(() => (failed === undefined || failed === null ? resolve() : reject(failed)));
    });
  });
}
