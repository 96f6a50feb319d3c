import type { Language } from "../src/explain/explain-reason.ts";
import { TABLES } from "./tables.ts";

/** Every page with generated parts, and its language. */
export const PAGES: Readonly<Record<string, Language>> = {
  "diagnosis.md": "en",
  "diagnosis.ja.md": "ja",
  "reasons.md": "en",
  "reasons.ja.md": "ja",
};

const BLOCK = /<!-- generated:(\S+) -->\n[\s\S]*?<!-- \/generated -->/g;

/** Writes each generated part anew, between its markers; what people wrote around it stays. */
export function fill(page: string, lang: Language): string {
  return page.replace(BLOCK, (_block, name: string) => {
    const table = TABLES[name];
    if (table === undefined)
      throw new Error(`no table is called ${name}; there are: ${Object.keys(TABLES).join(", ")}`);
    return `<!-- generated:${name} -->\n\n${table(lang)}\n\n<!-- /generated -->`;
  });
}
