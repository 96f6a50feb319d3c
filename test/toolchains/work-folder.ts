import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = fileURLToPath(new URL("programs", import.meta.url));

/** A project that has installed this package as it was built: our programs, and a `node_modules` that leads here. */
export function makeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-project-"));
  cpSync(programs, folder, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/apns-voip"), "dir");
  writeFileSync(
    join(folder, "package.json"),
    '{ "private": true, "type": "module", "dependencies": { "apns-voip": "*" } }',
  );
  return folder;
}

/** A folder from which no `node_modules` can be seen. */
export function makeBareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-bare-"));
  for (let above = folder; above !== dirname(above); above = dirname(above))
    if (existsSync(join(above, "node_modules")))
      throw new Error(`${above} has a node_modules: set TMPDIR to another folder`);
  return folder;
}

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
