import { execFileSync } from "node:child_process";
import { defineConfig } from "tsup";
import { entryFiles } from "./entries.config.js";

export default defineConfig({
  // dist mirrors src, so that each sub-path in package.json names its source by its own path.
  entry: Object.fromEntries(entryFiles().map(file => [file.replace(/^src\/|\.ts$/g, ""), file])),
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  sourcemap: true,
  clean: true,
  // TypeScript 7 has no compiler API for tsup's own declarations; tsc makes them, and its errors fail the build.
  dts: false,
  onSuccess: async () => {
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
      stdio: "inherit",
    });
  },
});
