import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LANGUAGES, type Language } from "../../src/explain/language.js";

/** Every text of one language by the path of ids that leads to it. */
function textsIn(node: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof node === "string") return [[path, node]];
  return Object.entries(node as object).flatMap(([id, inner]) => textsIn(inner, `${path}/${id}`));
}

const placesIn = (text: string) => [...new Set(text.match(/\{[a-z][A-Za-z0-9]*\}/g))].sort();
const source = new URL("../../src/", import.meta.url);
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
/** Every part of the catalogues, by its name. */
const catalogue = new URL("explain/catalogue/", source);
const modules = await Promise.all(readdirSync(catalogue).map(name => import(new URL(name, catalogue).href)));
const parts = Object.entries<Readonly<Record<Language, unknown>>>(Object.assign({}, ...modules));
const sentences = parts.filter(([name]) => name !== "PUNCTUATION");

describe("the catalogues", () => {
  test.each(parts)("have the same ids in every language: %s", (_name, part) => {
    for (const lang of LANGUAGES) {
      expect(textsIn(part[lang]).map(([path]) => path)).toEqual(textsIn(part.en).map(([path]) => path));
    }
  });

  test.each(parts)("name the same places to fill in every language: %s", (_name, part) => {
    for (const lang of LANGUAGES) {
      const places = (one: unknown) => textsIn(one).map(([path, text]) => [path, placesIn(text)]);
      expect(places(part[lang])).toEqual(places(part.en));
    }
  });

  test.each(sentences)("hold no text that was left in English, and no Japanese in English: %s", (_name, part) => {
    const english = new Map(textsIn(part.en));
    for (const [path, text] of textsIn(part.ja)) {
      expect(JAPANESE.test(english.get(path)!), path).toBe(false);
      expect(JAPANESE.test(text) || text === english.get(path), path).toBe(true);
    }
  });

  test.each(sentences)("hold no empty text: %s", (_name, part) => {
    for (const lang of LANGUAGES)
      for (const [path, text] of textsIn(part[lang])) expect(text.trim(), path).not.toBe("");
  });

  test("hold every Japanese text but those of the mock's page, which runs in a browser", () => {
    const sources = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(name => /\.(ts|js)$/.test(name));
    const japanese = sources.filter(name => JAPANESE.test(readFileSync(new URL(name, source), "utf8")));
    const elsewhere = japanese.filter(name => !name.startsWith("explain/ja/"));
    // The terminal has a list of characters that begin no line.
    expect(elsewhere.sort()).toEqual(["cli/terminal/width.ts", "testing/program/page/words.js"]);
  });
});
