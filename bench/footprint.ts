import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Footprint {
  readonly megabytes: number;
  /** Itself and everything it needs. */
  readonly packages: number;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What an installation of the package in that folder puts on the disk: its files, and those of all it needs. */
export async function footprint(folder: string): Promise<Footprint> {
  const needed = new Set<string>();
  await collect(folder, needed);
  const sizes = await Promise.all([...needed].map(each => (each === folder ? publishedSize(each) : sizeOf(each))));
  return { megabytes: sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20, packages: needed.size };
}

async function collect(folder: string, needed: Set<string>): Promise<void> {
  if (needed.has(folder)) return;
  needed.add(folder);
  const manifest: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter(name => !peerDependenciesMeta[name]?.optional);
  for (const name of [...Object.keys(dependencies), ...peers]) await collect(find(name, folder), needed);
}

/** As Node looks for it. */
function find(name: string, from: string): string {
  const candidate = join(from, "node_modules", name);
  if (existsSync(candidate)) return candidate;
  if (dirname(from) === from) throw new Error(`${name} is not installed`);
  return find(name, dirname(from));
}

/** Bytes of what is published, which for a checkout is less than what lies there. */
async function publishedSize(folder: string): Promise<number> {
  if (folder.includes("node_modules")) return sizeOf(folder);
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    maxBuffer: 2 ** 24,
  });
  const [packed] = Object.values<{ unpackedSize: number }>(JSON.parse(stdout));
  return packed?.unpackedSize ?? Number.NaN;
}

/** Bytes of its own files; packages inside are counted as such. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") bytes += await sizeOf(path);
    if (entry.isFile()) bytes += (await stat(path)).size;
  }
  return bytes;
}
