import { execFileSync } from "node:child_process";
import { defineConfig } from "tsup";

export default defineConfig({
  // Every module by itself; build/main.ts then joins what is loaded together and makes the CommonJS copy.
  entry: ["src/**/*.ts"],
  bundle: false,
  format: "esm",
  target: "node22",
  outDir: "dist/modules",
  clean: true,
  // TypeScript 7 has no compiler API for tsup's own declarations; tsc makes them, and its errors fail the build.
  dts: false,
  onSuccess: async () => {
    execFileSync(process.execPath, ["build/main.ts"], { stdio: "inherit" });
  },
});
