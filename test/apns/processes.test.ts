import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, type TestContext, test } from "vitest";
import { run } from "./programs/run.js";

/** A mock that programs of their own can reach by their environment. */
async function setUp({ onTestFinished }: TestContext) {
  const mock = createMockApns();
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
  const { close } = await mock.listen({ caPath: join(folder, "ca.pem") });
  onTestFinished(async () => {
    mock.faults.clear();
    await close();
    rmSync(folder, { recursive: true });
  });
  return { mock, env: { ...mock.env(), DEVICE_TOKEN: mock.device().token } };
}

describe.concurrent("a process", () => {
  test("with an idle client ends by itself", async context => {
    const { env } = await setUp(context);
    expect(await run("send-and-idle", env)).toEqual({ code: 0, stdout: "accepted \n", stderr: "" });
  });

  test("that waits for a slow answer does not end before it", async context => {
    const { mock, env } = await setUp(context);
    mock.script("*", [{ delay: 700 }]);
    expect(await run("send-and-idle", env)).toEqual({ code: 0, stdout: "accepted \n", stderr: "" });
  });

  test("that waits for an answer that never comes ends with the result", async context => {
    const { mock, env } = await setUp(context);
    mock.script("*", [{ fault: "silence" }]);
    const ended = await run("send-and-idle", { ...env, DEADLINE: "9000" });
    // On a busy machine the connection's pings may be late, too, and it is given up first.
    expect(ended).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^unknown (TIMEOUT|CONNECTION_LOST)\n$/),
      stderr: "",
    });
  });

  test.for(["refuseConnections", "stallConnections"] as const)(
    "that cannot connect ends with the result: %s",
    async (fault, context) => {
      const { mock, env } = await setUp(context);
      mock.faults[fault]();
      const ended = await run("send-and-idle", { ...env, DEADLINE: "1000" });
      expect(ended).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^unsent (CONNECTION_FAILED|DEADLINE)\n$/),
        stderr: "",
      });
    },
  );
});

interface Seen {
  readonly outcome: string;
  readonly changed: readonly boolean[];
  readonly imported: boolean;
  readonly loaded: boolean;
  readonly fetched: string;
}

describe.concurrent(`the host program, on Node ${process.versions.node}`, () => {
  test.for(["yes", "no"])("keeps its fetch and its dispatchers (used before: %s)", async (FETCH_FIRST, context) => {
    const { env } = await setUp(context);
    const { stdout, stderr } = await run("watch-the-host", { ...env, FETCH_FIRST });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout) as Seen).toEqual({
      outcome: "accepted",
      changed: [false, false, false, false],
      imported: false,
      loaded: false,
      fetched: "hello",
    });
  });

  test("loads no undici of ours when pushes go through fetch", async context => {
    const { env } = await setUp(context);
    const { stdout } = await run("watch-the-host", { ...env, OVER: "fetch" });
    expect(JSON.parse(stdout) as Seen).toMatchObject({ outcome: "accepted", imported: false, loaded: false });
  });
});
