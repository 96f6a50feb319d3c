import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

/** The build joins and shrinks the files of the page; from the source they go to the browser as they are written. */
const FOLDER = import.meta.url.endsWith(".ts") ? "../src/testing/program/page" : "../dist/page";

/** The files of the page by the path that serves them. The package finds them by its own name, wherever the build puts this file. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(createRequire(import.meta.url).resolve("apns-voip/package.json"), FOLDER);
  const names = readdirSync(folder).filter(name => Object.hasOwn(TYPES, extname(name)));
  return new Map(
    names.map(name => [
      name === "index.html" ? "/" : `/${name}`,
      { type: TYPES[extname(name)] ?? "", content: readFileSync(join(folder, name)) },
    ]),
  );
}
