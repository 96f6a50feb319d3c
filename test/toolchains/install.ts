import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const pathTo = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Installs what a tool chain needs, once: what its lock file names, or another major version of Node. */
export async function install(name: string): Promise<void> {
  const major = /^node(\d+)$/.exec(name)?.[1];
  if (major !== undefined) await run(pathTo("../../.ci/with-node"), [major, "node", "--version"]);
  else if (!existsSync(pathTo(`${name}/node_modules/.package-lock.json`)))
    await run("npm", ["ci", "--silent", "--no-audit", "--no-fund"], { cwd: pathTo(name) });
}
