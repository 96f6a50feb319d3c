import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { entries } from "./entries.config.js";

const ALL = "test/**/*.test.ts";
const NOT_OURS = "**/node_modules/**";

/**
 * Files that leave in their process what a later file would meet: another module, another `fetch`, a variable of the environment,
 * the tests of another file, and the code of the guides, which is run with globals that a reader would have.
 */
const alone = globSync(ALL, { exclude: [NOT_OURS] }).filter(
  file =>
    file.startsWith("test/docs/") ||
    /vi\.(doM|m)ock\(|from "msw|process\.env\.\w+ = |import\(`.*\.test\.ts`\)/.test(readFileSync(file, "utf8")),
);

export default defineConfig({
  resolve: {
    // Tests import the package by its own name, as users do, and get the source.
    alias: Object.entries(entries()).map(([name, file]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fileURLToPath(new URL(file, import.meta.url)),
    })),
  },
  test: {
    pool: "forks",
    // To start a process and load everything once more, for each file, is a third of the suite's work.
    projects: [
      { extends: true, test: { name: "together", include: [ALL], exclude: [NOT_OURS, ...alone], isolate: false } },
      { extends: true, test: { name: "alone", include: alone } },
    ],
    // Milliseconds. A test that waits for real things fails when it has hung, and not because the machine is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests wait for sockets, processes and databases more than they compute, so that three of them keep two processors
    // busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
});
