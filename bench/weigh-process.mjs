/**
 * Imports one module in a process that has done nothing else, and says what that took. Run with `--eval` in the folder that
 * the module is to be found from. Listing the files costs time of its own, so it is asked for apart.
 */
import { registerHooks } from "node:module";

const [, specifier, list] = process.argv;
const files = [];
if (list) {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:")) files.push(url);
      return next(url, context);
    },
  });
}
globalThis.gc();
const before = process.memoryUsage();
const from = performance.now();
await import(specifier);
const milliseconds = performance.now() - from;
globalThis.gc();
const after = process.memoryUsage();
console.log(
  JSON.stringify({
    milliseconds,
    heap: (after.heapUsed - before.heapUsed) / 2 ** 20,
    resident: (after.rss - before.rss) / 2 ** 20,
    files,
  }),
);
