/** Compares the values and types of every sub-path with the committed snapshot; with `--update` it writes them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { snapshotFiles } from "tsnapi";
import { joinDeclarations } from "../../build/declarations.ts";
import { entries } from "../../entries.config.ts";

const folder = mkdtempSync(join(process.cwd(), "dist/api-"));
try {
  const files = await Promise.all(
    Object.entries(entries()).map(async ([name, source]) => {
      const built = source.replace(/^src(.*)\.ts$/, "dist$1");
      // In one file, so that the snapshot does not tell how the build divides the code.
      const runtime = join(folder, `${name}.js`);
      const bundle = await rolldown({ input: `${built}.js`, external: id => /^[@\w]/.test(id) && !id.startsWith("dist/") });
      await bundle.write({ file: runtime, codeSplitting: false });
      const dts = join(folder, `${name}.d.ts`);
      writeFileSync(dts, declarationsOf(join(process.cwd(), `${built}.d.ts`)));
      return { name: name.replace(/^apns-voip/, "."), runtime, dts };
    }),
  );
  const update = process.argv.includes("--update");
  const { hasChanges, diff } = await snapshotFiles(files, process.cwd(), { outputDir: "test/api", update });
  if (diff) console.error(diff);
  if (hasChanges) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** What a door shows, in one file, so that the snapshot does not tell how the build divides that either. */
function declarationsOf(door: string): string {
  const files = joinDeclarations(file => readFileSync(file, "utf8"), [door], "");
  const ours = / from "\.[^"]*"/;
  return [...files]
    .flatMap(([file, text]) => text.split("\n").filter(line => !(file === door ? line === "export {};" : line.startsWith("export {"))))
    .filter(line => !(line.startsWith("import ") && ours.test(line)))
    .map(line => (line.startsWith("export {") ? line.replace(ours, "") : line))
    .join("\n");
}
