import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ListChains } from "./chain.ts";

const run = promisify(execFile);

/** Jest as it comes: its own module system, in which nothing can be imported that is only an ES module. */
export const jestChains: ListChains = folder => {
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules/jest/package.json"), "utf8"));
  const jest = join(folder, "node_modules/jest/bin/jest.js");
  return [
    {
      tool: "Jest",
      version,
      how: "CommonJS",
      async check() {
        // Its report goes to stderr, also when all is well.
        await run(process.execPath, [jest, "--ci"], { cwd: folder, timeout: 120_000 }).catch(({ stderr }) => {
          throw new Error(stderr);
        });
        return "every sub-path, and rings";
      },
    },
  ];
};
