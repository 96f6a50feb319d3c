import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { complainOfNode } from "../../src/cli/node-version.js";

const fromSource = new URL("../examples/from-source.ts", import.meta.url).href;
const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runWith = (preload: string, args: readonly string[], env: Record<string, string> = {}) =>
  promisify(execFile)(
    process.execPath,
    [
      "--no-warnings",
      "--import",
      fromSource,
      "--import",
      `data:text/javascript,${encodeURIComponent(preload)}`,
      ...args,
    ],
    { env: { PATH: process.env.PATH, ...env } },
  );

test.each(["18.20.8", "20.19.4", "22.0.0", "22.18.1", "v"])("Node.js %s is too old", version => {
  expect(complainOfNode(version, {})).toBe(`Node.js ${version} is too old: apns-voip needs 22.19 or newer`);
});

test.each(["22.19.0", "22.20.1", "23.0.0", "24.0.0-nightly", "26.10.0"])("Node.js %s is not", version => {
  expect(complainOfNode(version, {})).toBeUndefined();
});

test("the oldest Node.js is the one that package.json names", () => {
  const { engines } = JSON.parse(readFileSync(fileOf("../../package.json"), "utf8"));
  expect(complainOfNode("0.0.0", {})).toContain(`needs ${engines.node.replace(">=", "")} or newer`);
});

test.each([
  ["en_US.UTF-8", "Node.js 20.19.4 is too old: apns-voip needs 22.19 or newer\n"],
  ["ja_JP.UTF-8", "Node.js 20.19.4は古すぎます。apns-voipには22.19以降が必要です\n"],
])(
  "the command says so in one line, in the language of %s, with exit code 2, and loads nothing else",
  async (LANG, line) => {
    const old = `
    import { registerHooks } from "node:module";
    Object.defineProperty(process.versions, "node", { value: "20.19.4" });
    registerHooks({ resolve: (name, context, next) => {
      if (name.endsWith("/start.js")) throw new SyntaxError("linked what an old Node.js cannot link");
      return next(name, context);
    } });`;
    await expect(runWith(old, [fileOf("../../src/cli/main.ts"), "doctor", "--help"], { LANG })).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: line,
    });
  },
);

test("the package can be imported where node:tls has no getCACertificates", async () => {
  const older = `
    import { registerHooks } from "node:module";
    const source = 'const tls = process.getBuiltinModule("node:tls"); export const { connect, createServer, TLSSocket } = tls; export default tls;';
    registerHooks({ resolve: (name, context, next) =>
      /^(node:)?tls$/.test(name) && context.parentURL?.includes("/src/")
        ? { url: "data:text/javascript," + encodeURIComponent(source), shortCircuit: true }
        : next(name, context) });`;
  const program =
    'const { createApnsClient } = await import("apns-voip"); const { diagnose } = await import("apns-voip/doctor"); console.log(typeof createApnsClient, typeof diagnose)';
  const { stdout } = await runWith(older, ["--input-type=module", "--eval", program]);
  expect(stdout).toBe("function function\n");
});
