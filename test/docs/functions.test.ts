import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createMockApns } from "apns-voip/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entries } from "../../entries.config.js";
import { codeOf } from "./blocks.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = codeOf("docs/functions.md");
const bundleCommand = /^npx esbuild handler\.ts (.*)$/m;
let folder: string;

/** As a platform does it: loads the file once, and calls the handler for one event after the other. */
const PLATFORM = `
const { handler } = require("./handler.js");
const context = { getRemainingTimeInMillis: () => 10_000 };
(async () => {
  for (const callId of ["1", "2"])
    console.log(JSON.stringify(await handler({ deviceToken: process.env.DEVICE_TOKEN, call: { callId, fromUserId: 11 } }, context)));
})();
`;

/** The options of the command on the page, as esbuild's own interface has them. */
async function optionsOnPage(): Promise<Record<string, unknown>> {
  const [, options = ""] = bundleCommand.exec(await readFile(join(root, "docs/functions.md"), "utf8")) ?? [];
  const given = options.split(" ").map(option => option.replace(/^--/, "").split(/[=:]/));
  return Object.fromEntries(given.map(([name = "", value]) => [name, name === "external" ? [value] : (value ?? true)]));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  const { outfile, ...options } = await optionsOnPage();
  expect(outfile).toBe("dist/handler.js");
  await build({
    ...options,
    entryPoints: page.under("The handler").map(url => fileURLToPath(url)),
    absWorkingDir: root,
    outfile: join(folder, "handler.js"),
    // The package's source, as in every other test.
    alias: Object.fromEntries(Object.entries(entries()).map(([name, file]) => [name, join(root, file)])),
    logLevel: "error",
  });
  await writeFile(join(folder, "platform.js"), PLATFORM);
});
afterAll(async () => {
  page.remove();
  await rm(folder, { recursive: true });
});

describe("docs/functions.md", () => {
  test("the handler, bundled as it says, pushes one event after the other and keeps nobody waiting", async ({
    onTestFinished,
  }) => {
    const mock = createMockApns();
    const { close } = await mock.listen({ caPath: join(folder, "ca.pem") });
    onTestFinished(close);
    const env = { ...mock.env(), DEVICE_TOKEN: mock.device().token };
    const { stdout } = await promisify(execFile)(process.execPath, ["platform.js"], {
      cwd: folder,
      env,
      timeout: 15_000,
    });
    expect(stdout).toBe('{"outcome":"accepted"}\n{"outcome":"accepted"}\n');
    expect(mock.devices[0]?.calls.map(({ callId }) => callId)).toEqual(["1", "2"]);
    expect(new Set(mock.pushes.map(({ connection }) => connection)).size).toBe(1);
  });
});
