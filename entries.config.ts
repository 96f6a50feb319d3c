import { existsSync, readFileSync } from "node:fs";

interface Manifest {
  readonly exports: Record<string, string | { readonly default: string }>;
  readonly bin: Record<string, string>;
}

const root = new URL("./", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;

/** Sub-path to source file, read from `exports` in package.json: the one list of our doors. */
export function entries(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(manifest.exports).flatMap(([subpath, target]) =>
      typeof target === "string" ? [] : [[subpath.replace(/^\./, "apns-voip"), sourceOf(target.default)]],
    ),
  );
}

/** Every file the build starts from: the sub-paths and the command line. */
export function entryFiles(): string[] {
  return [...Object.values(entries()), ...Object.values(manifest.bin).map(sourceOf)];
}

function sourceOf(output: string): string {
  const source = output.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts");
  if (!existsSync(new URL(source, root))) throw new Error(`package.json names ${output}, but there is no ${source}`);
  return source;
}
