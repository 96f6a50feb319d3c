import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, ".data", `docs-${process.pid}`);

/** The TypeScript of a page, ready to be run as it stands there. */
export interface PageCode {
  /** The `file:` URLs of the blocks under that heading, in order. */
  under(heading: string): string[];
  remove(): void;
}

/**
 * Writes each `ts` block of a page to a file of its own, below the root so that its imports resolve as ours do. A comment
 * right above a block, `<!-- given` and code `-->`, gives it what a reader has already.
 */
export function codeOf(page: string): PageCode {
  mkdirSync(folder, { recursive: true });
  const sections = readFileSync(join(root, page), "utf8").split(/^(?=#+ )/m);
  const files = new Map<string, string[]>();
  for (const section of sections) {
    const [, heading = ""] = /^#+ (.*)$/m.exec(section) ?? [];
    const blocks = [...section.matchAll(/(?:<!-- given(.*?)-->\n\n)?^```ts\n(.*?)^```$/gms)];
    const urls = blocks.map(([, given = "", code = ""], index) => {
      const name = `${basename(page, ".md")}-${heading.replaceAll(/\W+/g, "-").toLowerCase()}-${index}.ts`;
      const file = join(folder, name);
      writeFileSync(file, `${given}\n${code}\nexport {};\n`);
      return pathToFileURL(file).href;
    });
    if (urls.length > 0) files.set(heading, urls);
  }
  return {
    under(heading) {
      const urls = files.get(heading);
      if (urls === undefined) throw new Error(`${page} has no TypeScript under "${heading}": ${[...files.keys()]}`);
      return urls;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
