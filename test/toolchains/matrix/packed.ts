import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The package as npm would publish it, for projects to install. */
export interface Packed {
  /** Installs what the folder's lock file names, and the package beside it. */
  installIn(folder: string): Promise<void>;
  remove(): void;
}

export async function pack(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-packed-"));
  const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", args, { cwd: root });
  const tarball = join(folder, stdout.trim());
  return {
    async installIn(project) {
      const npm = (...args: string[]) => run("npm", [...args, "--silent", "--prefer-offline"], { cwd: project });
      if (!isUpToDate(project)) await npm("ci");
      await npm("install", "--no-save", "--no-package-lock", "--ignore-scripts", tarball);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether everything that the lock file names is there in that version. */
function isUpToDate(project: string): boolean {
  const installed = join(project, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const packagesOf = (file: string): Record<string, { readonly version?: string; readonly optional?: boolean }> =>
    JSON.parse(readFileSync(file, "utf8")).packages;
  const there = packagesOf(installed);
  return Object.entries(packagesOf(join(project, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || there[path]?.version === version,
  );
}
