/** Compares the values and types of every sub-path with the committed snapshot; with `--update` it writes them. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { snapshotFiles } from "tsnapi";
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
      return { name: name.replace(/^apns-voip/, "."), runtime, dts: `${built}.d.ts` };
    }),
  );
  const update = process.argv.includes("--update");
  const { hasChanges, diff } = await snapshotFiles(files, process.cwd(), { outputDir: "test/api", update });
  if (diff) console.error(diff);
  if (hasChanges) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
