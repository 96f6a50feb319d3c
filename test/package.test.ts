import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { entries } from "../entries.config.js";

/* What npm would publish: of dist as it was last built, and of the pages as they are. */

const root = fileURLToPath(new URL("../", import.meta.url));
const npm = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, encoding: "utf8" });
const [packed] = Object.values(JSON.parse(npm)) as {
  readonly size: number;
  readonly files: readonly { path: string }[];
}[];
const files = new Set(packed?.files.map(({ path }) => path));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const named = (end: string) => [...files].filter(file => file.endsWith(end));

test("the tarball has at most 600 kB, both copies and the guides included", () => {
  expect(packed?.size).toBeGreaterThan(100_000);
  expect(packed?.size).toBeLessThanOrEqual(600_000);
});

test("every relative link of the README and the guides leads to a file in the package", () => {
  const pages = named(".md").filter(file => /^(README|CHANGELOG|docs\/)/.test(file));
  expect(pages.length).toBeGreaterThan(10);
  const dead = pages.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)\s#]+)[^)\s]*\)|<img src="([^"]+)"/g)]
      .map(([, link, image]) => link ?? (image as string))
      .filter(link => !/^[a-z]+:/.test(link))
      .map(link => join(dirname(page), link))
      .filter(file => !files.has(file) && ![...files].some(path => path.startsWith(`${file.replace(/\/$/, "")}/`)))
      .map(file => `${page} -> ${file}`),
  );
  expect(dead).toEqual([]);
});

test("every example that the README names is in the package", () => {
  const examples = [...textOf("README.md").matchAll(/`(examples\/[\w-]+)`/g)].map(([, folder]) => folder as string);
  expect(examples.length).toBeGreaterThan(3);
  for (const folder of examples)
    expect(
      [...files].some(path => path.startsWith(`${folder}/`)),
      folder,
    ).toBe(true);
});

test("there are no source maps, no sources and no tests", () => {
  expect(named(".map")).toEqual([]);
  expect([...files].filter(file => /^(src|test|build)\//.test(file))).toEqual([]);
});

test("the mock's page is there with all that it names, its modules in one file", () => {
  const html = textOf("dist/page/index.html");
  const parts = [...html.matchAll(/(?:href|src)="([\w.-]+)"/g)].map(([, part]) => `dist/page/${part}`);
  expect(parts.length).toBeGreaterThan(3);
  expect([...files].filter(file => file.startsWith("dist/page/")).sort()).toEqual(
    ["dist/page/index.html", ...parts].sort(),
  );
  expect(textOf("dist/page/page.js")).not.toMatch(/\bimport\b/);
});

test("every declaration is reached by an entry, and every entry names @types/node", () => {
  const doors = Object.values(entries()).map(source => source.replace(/^src(.*)\.ts$/, "dist$1.d.ts"));
  const copies = doors.map(door => door.replace("dist", "dist/require"));
  const reached = new Set([...doors, ...copies]);
  for (const file of reached) {
    for (const [, path = ""] of textOf(file).matchAll(/(?:from|import)[\s(]*"(\.[^"]+)"/g)) {
      reached.add(join(dirname(file), path.replace(/\.js$/, ".d.ts")));
    }
  }
  expect(new Set(named(".d.ts"))).toEqual(reached);
  for (const door of [...doors, ...copies]) expect(textOf(door)).toMatch(/^\/\/\/ <reference types="node" \/>\n/);
});

test("every file that package.json names is there", () => {
  const { main, types, typesVersions, exports, bin } = JSON.parse(textOf("package.json"));
  const paths = new Set(leaves([main, types, typesVersions, exports, bin]).map(target => target.replace("./", "")));
  expect(paths.size).toBeGreaterThan(40);
  for (const path of paths) expect(files, path).toContain(path);
});

function leaves(value: unknown): string[] {
  return typeof value === "string" ? [value] : Object.values(value as object).flatMap(leaves);
}
