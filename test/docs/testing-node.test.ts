import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "./blocks.js";

const page = codeOf("docs/testing.md");
const fromSource = new URL("../examples/from-source.ts", import.meta.url).href;
const server = new URL("given/server.ts", import.meta.url).href;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  await writeFile(join(folder, "server.js"), `import(${JSON.stringify(server)});`);
});
afterAll(async () => {
  page.remove();
  await rm(folder, { recursive: true });
});

describe.each(["With node:test", "A server in a process of its own"])("docs/testing.md, %s", heading => {
  it("passes under node:test", async () => {
    const [block = ""] = page.under(heading);
    const output = await runNode("--test-reporter=tap", fileURLToPath(block));
    expect(output).toContain("# pass 1");
    expect(output).toContain("# fail 0");
  });
});

function runNode(...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, NODE_OPTIONS: `--import=${fromSource} --no-warnings` };
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: folder, env }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
