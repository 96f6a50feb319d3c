import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/*
 * Every page has a Japanese one that says the same: as many headings, rows and points, the same code, names and figures. A new page
 * without one fails here, unless it is named below with its reason.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (page: string) => readFileSync(join(root, page), "utf8");

const WITHOUT_JAPANESE: Readonly<Record<string, string>> = {
  "docs/performance.md": "mostly figures, which change with each measurement",
  "docs/reference.md": "made of the doc comments, which are in English",
};

/** Pages whose code differs, because it shows what a program prints in that language, or text that a reader fills in. */
const OTHER_CODE: Readonly<Record<string, string>> = {
  "docs/diagnosis.md": "what `doctor --lang ja` prints, and drawings with words",
  "docs/reasons.md": '`explainReason` with `lang: "ja"`',
};

const english = ["README.md", ...globSync("docs/*.md", { cwd: root }).filter(page => !page.endsWith(".ja.md"))].sort();
const japaneseOf = (page: string) => (page === "README.md" ? "docs/README.ja.md" : page.replace(/\.md$/, ".ja.md"));
const pairs = english.filter(page => !(page in WITHOUT_JAPANESE)).map(page => [page, japaneseOf(page)] as const);

const CODE = /(?:<!-- (?:given|run)(?:(?!-->)[\s\S])*-->\n\n)?^ *```\w*\n[\s\S]*?^ *```$/gm;
const codeOf = (text: string) => text.match(CODE) ?? [];
/** Without code, and without the tables that are made of the catalogue in each language. */
const proseOf = (text: string) =>
  text.replaceAll(/<!-- generated:[\s\S]*?<!-- \/generated -->/g, "").replaceAll(CODE, "");

test.each(english)("%s has a Japanese page, or a reason for having none", page => {
  const pages = globSync(["README.md", "docs/*.md"], { cwd: root });
  expect(pages.includes(japaneseOf(page))).toBe(!(page in WITHOUT_JAPANESE));
});

test.each(pairs.filter(([page]) => !(page in OTHER_CODE)))(
  "%s and %s have the same code, to the letter",
  (page, japanese) => {
    expect(codeOf(read(japanese))).toEqual(codeOf(read(page)));
  },
);

test("every page that is excused is there", () => {
  expect(english).toEqual(expect.arrayContaining([...Object.keys(WITHOUT_JAPANESE), ...Object.keys(OTHER_CODE)]));
});

describe.each(pairs)("%s and %s", (page, japanese) => {
  test("have as many headings, rows of tables and points of lists, in the same order", () => {
    const outlineOf = (text: string) => proseOf(text).match(/^ *(#+|\||-|\d+\.) /gm);
    expect(outlineOf(read(japanese))).toEqual(outlineOf(read(page)));
  });

  test("name the same things of the code", () => {
    // What a reader fills in, and the language, may be said in Japanese.
    const namesOf = (text: string) =>
      new Set(
        proseOf(text)
          .match(/`[^`]+`/g)
          ?.map(name => name.replaceAll(/<[^>]+>/g, "<>").replace(/, \{ lang: "ja" \}|, lang: "ja"/, "")),
      );
    expect(namesOf(read(japanese))).toEqual(namesOf(read(page)));
  });

  test("have the same figures: every one of the first stands in the second", () => {
    const without = (text: string) => proseOf(text).replaceAll(/`[^`]*`|\]\([^)]*\)/g, "");
    const figuresOf = (text: string) => [...new Set(without(text).match(/\d[\d,.]*\d/g))];
    expect(figuresOf(read(japanese))).toEqual(expect.arrayContaining(figuresOf(read(page))));
  });

  test("lead to each other, and from Japanese to Japanese where there is some", () => {
    const links = [...proseOf(read(japanese)).matchAll(/\]\(([\w.-]+\.md)(?:#[^)]*)?\)/g)].map(
      ([, to]) => `docs/${to}`,
    );
    const isOther = (to: string) => pairs.some(([one]) => one === to) && to !== page;
    expect(links.filter(isOther)).toEqual([]);
    expect(read(japanese)).toContain(page === "README.md" ? "(../README.md)" : `(${page.replace("docs/", "")})`);
  });
});
