import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const changelog = read("CHANGELOG.md");
const headings = [...changelog.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);

test("the changelog begins with what is unreleased, then has each version with its day, the newest first", () => {
  const [unreleased, ...versions] = headings;
  expect(unreleased).toBe("Unreleased");
  expect(versions.length).toBeGreaterThan(0);
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}$/);
  const days = versions.map(version => version.slice(-10));
  expect(days).toEqual([...days].sort().reverse());
});

test("the newest version is that of the package, its lock file and the description of the routes", () => {
  const { version } = JSON.parse(read("package.json"));
  const lock = JSON.parse(read("package-lock.json"));
  expect(headings[1]?.split(" ")[0]).toBe(version);
  expect([lock.version, lock.packages[""].version, JSON.parse(read("docs/openapi.json")).info.version]).toEqual([
    version,
    version,
    version,
  ]);
});
