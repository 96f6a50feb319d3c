import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { entries } from "./entries.config.js";

export default defineConfig({
  resolve: {
    // Tests import the package by its own name, as users do, and get the source.
    alias: Object.entries(entries()).map(([name, file]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fileURLToPath(new URL(file, import.meta.url)),
    })),
  },
  test: {
    include: ["test/**/*.test.ts"],
    // A process of its own per file: msw, undici and diagnostics channels reach across a process.
    pool: "forks",
    // Milliseconds. A test that waits for real things fails when it has hung, and not because the machine is busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests wait for sockets, processes and databases more than they compute, so that three of them keep two processors
    // busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
});
