import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const bun = fileURLToPath(new URL("node_modules/.bin/bun", import.meta.url));

/** @type {import("../chains.ts").Build} */
export async function build(entry, outFile, format) {
  await promisify(execFile)(bun, ["build", entry, `--outfile=${outFile}`, `--format=${format}`, "--target=node"]);
}
