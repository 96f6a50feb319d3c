import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseEnv, promisify, stripVTControlCharacters } from "node:util";
import { apnsOptionsFromEnv, createApnsClient } from "apns-voip";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.js";
import { CALL } from "./apple.js";
import { send, startRig } from "./program.js";

const FREE = ["--port", "0", "--sandbox-port", "0", "--control-port", "0"];
const TOKEN = "a-token-of-the-tests-own";
/** Milliseconds: more than a busy machine needs to start a process. */
const PATIENCE = 15_000;

describe("npx apns-voip mock", () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** The program in a process of its own, and its lines. */
  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const fromSource = new URL("../examples/from-source.ts", import.meta.url).href;
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const child = spawn(process.execPath, ["--no-warnings", "--import", fromSource, main, "mock", ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    const errors: string[] = [];
    child.stderr.setEncoding("utf8").on("data", text => errors.push(text));
    createInterface({ input: child.stdout }).on("line", line => {
      lines.push(stripVTControlCharacters(line));
      for (const look of waiting) look();
    });
    const ended = new Promise<number | null>(resolve => child.once("close", resolve));
    return {
      lines,
      ended,
      error: () => errors.join(""),
      /** Waits for a line. */
      line: (pattern: RegExp) =>
        new Promise<string>((resolve, reject) => {
          const patience = setTimeout(
            () => reject(new Error(`no line like ${pattern} in:\n${lines.join("\n")}\n${errors.join("")}`)),
            PATIENCE,
          );
          const look = () => {
            const found = lines.find(line => pattern.test(line));
            if (found === undefined) return;
            clearTimeout(patience);
            waiting.delete(look);
            resolve(found);
          };
          waiting.add(look);
          look();
        }),
      stop: (signal: NodeJS.Signals) => {
        child.kill(signal);
        return ended;
      },
    };
  }

  it("prints all that a server needs, rings for a client that was given just that, and ends on SIGTERM", async () => {
    const program = start([...FREE, "--phone", "10", "--phone", "11,alert,sandbox,com.example.dev"]);
    await program.line(/Ctrl-C ends it/);
    const exports = program.lines.filter(line => line.startsWith("export "));
    const env = parseEnv(exports.join("\n")) as Record<string, string>;
    expect(Object.keys(env).toSorted()).toEqual([
      "APNS_BUNDLE_ID",
      "APNS_CA_PATH",
      "APNS_KEY_ID",
      "APNS_P8_PATH",
      "APNS_PRODUCTION_URL",
      "APNS_SANDBOX_URL",
      "APNS_TEAM_ID",
    ]);
    expect(parseEnv(await readFile(join(folder, ".apns-voip-mock/mock.env"), "utf8"))).toEqual(env);

    const page = /Page and control API +(\S+)/.exec(program.lines.join("\n"))?.[1] ?? "";
    const { body: devices } = await send(`${page}/control/devices`, "GET");
    expect(devices).toMatchObject([
      { userId: "10", pushType: "voip", environment: "production", bundleId: "com.example.app" },
      { userId: "11", pushType: "alert", environment: "sandbox", bundleId: "com.example.dev" },
    ]);
    await using apns = createApnsClient(apnsOptionsFromEnv(env));
    const [{ token }] = devices;
    expect(await apns.send({ deviceToken: token, pushType: "voip", payload: CALL })).toMatchObject({
      outcome: "accepted",
    });
    await apns.send({ deviceToken: "ab".repeat(32), pushType: "voip", payload: CALL });
    await program.line(/✓ 200 voip production 10 [0-9a-f]{12}\.\.\.$/);
    await program.line(/✗ 400 BadDeviceToken voip production abababababab\.\.\.$/);
    expect((await send(`${page}/control/devices/${token}`, "GET")).body.ringing).toMatchObject({ callId: "11-10" });

    expect(await program.stop("SIGTERM")).toBe(0);
    expect(program.error()).toBe("");
    await expect(send(page, "GET")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(program.lines.join("\n")).not.toMatch(/PRIVATE KEY|eyJ|[0-9a-f]{64}/);
  });

  it("ends on SIGINT with open connections of every kind, and says with --json all there is to know", async () => {
    const program = start([
      ...FREE,
      "--json",
      "--dir",
      "here/there",
      "--bundle-id",
      "com.example.calls",
      "--seed",
      "1",
    ]);
    const ready = JSON.parse(await program.line(/^\{/));
    expect(ready).toMatchObject({
      bundleId: "com.example.calls",
      keyPath: join(folder, "here/there/AuthKey_MOCKKEY001.p8"),
      endpoints: { production: ready.env.APNS_PRODUCTION_URL, sandbox: ready.env.APNS_SANDBOX_URL },
      devices: [{ userId: "10", topic: "com.example.calls.voip" }],
    });
    expect(ready).not.toHaveProperty("token");
    await using apns = createApnsClient(apnsOptionsFromEnv(ready.env));
    await apns.send({ deviceToken: ready.devices[0].token, pushType: "voip", payload: CALL });
    const events = await fetch(`${ready.controlUrl}/control/events`);
    await events.body?.getReader().read();
    expect(await program.stop("SIGINT")).toBe(0);
    expect(program.lines).toHaveLength(1);
  });

  it("writes the key for its owner alone, and keeps the folder out of repositories", async () => {
    await using rig = await startRig();
    const { keyPath, caPath } = rig.program.setUp;
    expect(await readFile(keyPath, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(await readFile(caPath, "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----/);
    if (process.platform !== "win32") expect((await stat(keyPath)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(rig.folder, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("leaves the .gitignore of a folder that has one, and narrows the mode of a key that is there", async () => {
    await writeFile(join(folder, ".gitignore"), "own\n");
    await writeFile(join(folder, "AuthKey_MOCKKEY001.p8"), "old", { mode: 0o644 });
    await using rig = await startRig({ folder });
    expect(await readFile(join(folder, ".gitignore"), "utf8")).toBe("own\n");
    expect(await readFile(rig.program.setUp.keyPath, "utf8")).toMatch(/PRIVATE KEY/);
    if (process.platform !== "win32") expect((await stat(rig.program.setUp.keyPath)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["--port", /^apns-voip: port \d+ on 127\.0\.0\.1 is in use: is the mock running already\?/],
    ["--sandbox-port", /is in use/],
    ["--control-port", /is in use/],
  ])("says which port is in use, leaves the files of who has it, and ends with 1: %s", async (option, message) => {
    const taken = createServer();
    await new Promise<void>(resolve => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const at = FREE.indexOf(option);
    const { code, out, err } = await runCli(["mock", ...FREE.toSpliced(at + 1, 1, String(port))], { cwd: folder });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(message);
    expect(err).toContain(`port ${port}`);
    await expect(stat(join(folder, ".apns-voip-mock"))).rejects.toMatchObject({ code: "ENOENT" });
    await new Promise(resolve => taken.close(resolve));
  });

  it("says that a folder cannot be written to, and closes what it has opened", async () => {
    await writeFile(join(folder, "file"), "");
    const open = () => process.getActiveResourcesInfo().filter(kind => kind === "TCPServerWrap").length;
    const before = open();
    const { code, err } = await runCli(["mock", ...FREE, "--dir", "file"], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain(`${join(folder, "file")} cannot be written to`);
    // Fewer, where a server of an earlier test has closed meanwhile.
    await expect.poll(open, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  });

  it("makes a token for other addresses and tells it once", async () => {
    const program = start([...FREE, "--host", "0.0.0.0", "--host-name", "localhost"]);
    await program.line(/Ctrl-C ends it/);
    const text = program.lines.join("\n");
    const [, page = "", token = ""] = /(http:\/\/localhost:\d+)\/\?token=([\w-]{32})/.exec(text) ?? [];
    expect(text.split(token)).toHaveLength(2);
    expect(text).toContain("The token is printed this once.");
    expect((await send(`${page}/control`, "GET")).status).toBe(401);
    expect((await send(`${page}/control`, "GET", { authorization: `Bearer ${token}` })).status).toBe(200);
    expect(text).toContain("APNS_PRODUCTION_URL=https://localhost:");
  });

  it("does not repeat a token that it was given", async () => {
    const program = start([...FREE, "--json", "--host", "0.0.0.0"], { APNS_VOIP_MOCK_TOKEN: TOKEN });
    const ready = await program.line(/^\{/);
    expect(ready).not.toContain(TOKEN);
    const { controlUrl } = JSON.parse(ready);
    expect((await send(`${controlUrl}/control`, "GET", { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it.each([
    [["--port", "http"], {}, /--port: "http" given; wanted: a whole number from 0 to 65535/],
    [["--bundle-id", "com.example.app.voip"], {}, /--bundle-id: .* wanted: com\.example\.app, without \.voip/],
    [["--phone", ""], {}, /--phone: "" given; .* a user id comes first/],
    [["--phone", "10,staging"], {}, /"staging" is none of voip, alert, production, sandbox and a bundle id/],
    [["--ring-for", "-1"], {}, /--ring-for/],
    [[], { APNS_VOIP_MOCK_TOKEN: "" }, /APNS_VOIP_MOCK_TOKEN: wanted: 16 to 256 characters/],
    [[], { APNS_VOIP_MOCK_TOKEN: "short" }, /APNS_VOIP_MOCK_TOKEN/],
    [["extra"], {}, /extra/],
  ])("refuses %j %j", async (args, env, message) => {
    const { code, out, err } = await runCli(["mock", ...FREE, ...args], { cwd: folder, env });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });

  it.each(["en", "ja"])("explains itself in %s", async lang => {
    const { code, out } = await runCli(["mock", "--help", "--lang", lang]);
    expect(code).toBe(0);
    for (const option of ["--port", "--host", "--phone", "--dir", "--json", "APNS_VOIP_MOCK_TOKEN", "docs/mock.md"]) {
      expect(out).toContain(option);
    }
  });

  it("speaks Japanese where the terminal does", async () => {
    const end = new AbortController();
    const running = runCli(["mock", ...FREE], { cwd: folder, env: { LANG: "ja_JP.UTF-8" }, signal: end.signal });
    end.abort();
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out).toContain("ページと制御API");
  });

  it("makes the same tokens from the same seed", async () => {
    const tokens = async () => {
      await using rig = await startRig({ mock: { seed: 7 } });
      return [...rig.program.scene.handsets.keys()];
    };
    expect(await tokens()).toEqual(await tokens());
  });

  it("has a page whose code fits the types of what it is sent", async () => {
    const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
    const project = fileURLToPath(new URL("./tsconfig.page.json", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", project]);
    expect(stdout).toBe("");
  });
});
