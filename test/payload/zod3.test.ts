import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";

// zod 3.25 carries zod 4 as `zod/v4`: everything about payloads holds there too, so the same tests run on it.
vi.mock("zod/v4", () => import("zod3/v4"));

import "./schema.test.js";
import "./parse.test.js";
import "./presets.test.js";

test("it really is zod 3.25 that runs here", async () => {
  expect(createRequire(import.meta.url)("zod3/package.json").version).toMatch(/^3\.25\./);
  const { core } = await import("zod3/v4");
  const { callPayloadSchema } = await import("apns-voip/payload");
  expect(callPayloadSchema._zod.version).toEqual(core.version);
  expect(core.version.minor).toBe(0);
});

test("the types hold with zod 3.25 as well", async () => {
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const project = fileURLToPath(new URL("./tsconfig.zod3.json", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", project]);
  expect(stdout).toBe("");
});
