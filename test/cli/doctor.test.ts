import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { displayWidth } from "../../src/cli/terminal/width.js";
import { guardedWorld } from "../doctor/lab/guarded-world.js";
import { ADMIN_TOKEN, createLab, JWT_SECRET, type Lab, USER } from "../doctor/lab/lab.js";
import { type CliOptions, plain, runCli } from "./run-cli.js";

let lab: Lab;
let envFile: string;
let storeFile: string;

beforeAll(async () => {
  lab = await createLab();
  envFile = join(lab.folder, ".env");
  await writeFile(
    envFile,
    Object.entries(lab.env)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(""),
  );
  storeFile = join(lab.folder, "store.mjs");
  const row = { ...lab.phone.device(USER), registeredAt: 0 };
  await writeFile(
    storeFile,
    `const row = ${JSON.stringify(row)};
     const rows = (user, type) => (user === row.userId && type === row.pushType ? [{ ...row, registeredAt: new Date() }] : []);
     export default { list: async (user, type) => rows(user, type), save: async () => {}, remove: async () => false, setEnvironment: async () => {} };`,
  );
}, 240_000);

afterAll(() => lab.close());

const doctor = (args: readonly string[], options: CliOptions = {}) =>
  runCli(["doctor", "--env-file", envFile, ...args], { cwd: lab.folder, world: guardedWorld, ...options });

describe("apns-voip doctor", () => {
  test("says that all is well, with exit code 0", async () => {
    const { code, out } = await doctor(["--store", storeFile, "--user", USER, "--signal-url", lab.signalUrl]);
    expect(out).toContain("Nothing stands in the way of a call, as far as can be seen from here.");
    expect(out).toContain("0 failed, 2 warning(s)");
    expect(code).toBe(0);
  });

  test("says what it could not see, and why, before anybody believes that all is well", async () => {
    const { code, out } = await doctor(["--store", storeFile, "--user", USER]);
    expect(out).toContain("  – Nobody was rung.");
    expect(out).toContain("  – Not tried: with --write");
    expect(out.indexOf("Nothing stands in the way")).toBeLessThan(out.indexOf("What could not be seen has a –"));
    expect(code).toBe(0);
  });

  test("exits with 1 on a warning when it is strict", async () => {
    expect((await doctor(["--only", "set-up", "--strict"])).code).toBe(1);
    expect((await doctor(["--only", "set-up"])).code).toBe(0);
  });

  test("puts what stops the call in front, with causes, remedy and a command, and exits with 1", async () => {
    const { code, out } = await doctor(["--store", storeFile, "--user", "11"]);
    expect(code).toBe(1);
    const [first] = out.trim().split("\n");
    expect(first).toBe("The call stops here: Step 1: is the token registered?");
    expect(out.indexOf("User 11 has no device")).toBeLessThan(out.indexOf("Set-up of this server"));
    expect(out).toContain("    What to do\n");
    expect(out).toMatch(/^ {6}grep 'Saved voipDeviceToken for user 11' api\.log \| tail -1$/m);
  });

  test("tells causes and remedy once where both environments fail alike", async () => {
    const other = join(lab.folder, "other.env");
    await writeFile(other, "APNS_KEY_ID=ABCDEFGHIJ\n");
    const { out } = await doctor(["--env-file", other, "--only", "credentials"]);
    expect(out.match(/Likely causes/g)).toHaveLength(1);
    expect(out.match(/\(see above\)/g)).toHaveLength(2);
  });

  test("prints JSON for programs, with every finding", async () => {
    const { code, out } = await doctor(["--json", "--store", storeFile, "--user", "11"]);
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, stoppedAt: "registration", counts: { fail: 1 } });
    expect(report.findings.find(({ id }: { id: string }) => id === "devices")).toMatchObject({
      status: "fail",
      outcome: "none",
    });
  });

  test("speaks Japanese", async () => {
    const { out } = await doctor(["--lang", "ja", "--store", storeFile, "--user", "11"]);
    expect(out).toContain("着信はここで止まっています: ステップ1: トークンは登録されているか");
    expect(out).toContain("ユーザー11のデバイスがありません");
  });

  test.each([40, 80, 200])("keeps to %i columns, commands to paste excepted", async columns => {
    for (const lang of ["en", "ja"]) {
      const { out } = await doctor(["--lang", lang, "--store", storeFile, "--user", "11", "-v"], {
        columns,
        terminal: true,
      });
      const tooWide = plain(out)
        .split("\n")
        .filter(line => displayWidth(line) > columns && line.includes(" ") && !/^ {6}/.test(line));
      // A word that is wider than the page cannot be helped.
      expect(tooWide.filter(line => line.split(/\s+/).every(word => displayWidth(word) < columns - 10))).toEqual([]);
    }
  });

  test("uses colour on a terminal only, and not when it is declined", async () => {
    const coloured = (text: string) => text !== plain(text);
    const run = (args: string[], options: CliOptions) =>
      doctor(["--only", "set-up", ...args], options).then(({ out }) => coloured(out));
    expect(await run([], { terminal: true })).toBe(true);
    expect(await run([], { terminal: false })).toBe(false);
    expect(await run(["--no-color"], { terminal: true })).toBe(false);
    expect(await run([], { terminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await run([], { terminal: false, env: { FORCE_COLOR: "1" } })).toBe(true);
  });

  test("shows its progress on standard error while it waits", async () => {
    const onTerminal = await doctor(["--only", "set-up"], { terminal: true });
    expect(onTerminal.err).toContain("\r\u001b[K[1/11] Node.js is new enough");
    expect(onTerminal.err.endsWith("\r\u001b[K")).toBe(true);
    const elsewhere = await doctor(["--only", "set-up"]);
    expect(elsewhere.err).toBe("Set-up of this server ...\n");
  });

  test("goes through the questions about the phone when a test call was accepted, and when asked", async () => {
    const rang = await doctor(["--ring", USER]);
    expect(rang.out).toContain("If the phone did not ring, go through these in order:");
    expect(rang.out).toContain("_terminateAppIfThereAreUnhandledVoIPPushes");
    const asked = await runCli(["doctor", "--only", "phone"]);
    expect(asked.out).toMatch(/^ {3}1\. Print the token/m);
    const usual = await doctor(["--store", storeFile, "--user", USER]);
    expect(usual.out).toContain("npx apns-voip doctor --only phone");
    expect(usual.out).not.toContain("callservicesd");
  });

  test("lets the file win over the shell, and a later file over an earlier one", async () => {
    const second = join(lab.folder, "second.env");
    await writeFile(second, "APNS_ENV=prod\n");
    const run = (args: string[], env = {}) =>
      doctor(["--only", "set-up", "--json", ...args], { env }).then(({ out }) => JSON.parse(out));
    expect((await run([], { APNS_ENV: "prod" })).ok).toBe(true);
    expect((await run(["--env-file", second])).stoppedAt).toBe("set-up");
  });

  test.each([
    ["a byte order mark", (text: string) => `\uFEFF${text}`],
    ["Windows' line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["quotes and the word export", (text: string) => text.replaceAll(/^(\w+)=(.*)$/gm, 'export $1="$2"')],
  ])("reads a file with %s", async (_, written) => {
    const file = join(lab.folder, "written.env");
    await writeFile(file, written("APNS_TEAM_ID=ABCDE12345\nAPNS_BUNDLE_ID=com.example.written\n"));
    const { out } = await runCli(["doctor", "--only", "set-up", "--json", "--env-file", file]);
    expect(out).not.toMatch(/Not set:[^"]*(APNS_TEAM_ID|APNS_BUNDLE_ID)/);
    expect(out).toMatch(/Not set:[^"]*APNS_KEY_ID/);
  });

  test("says of a file in UTF-16 that it is, because the server will find nothing in it", async () => {
    const file = join(lab.folder, "powershell.env");
    await writeFile(file, Buffer.from("\uFEFFAPNS_TEAM_ID=ABCDE12345\r\n", "utf16le"));
    const { code, err } = await runCli(["doctor", "--env-file", file]);
    expect(code).toBe(2);
    expect(err).toContain("powershell.env is in UTF-16; save it as UTF-8");
  });

  test.each([
    [["--env-file", "nowhere.env"], "nowhere.env cannot be read (ENOENT)"],
    [["--only", "everything"], '"everything" given; wanted: set-up, reach'],
    [["--timeout", "soon"], "wanted: a whole number"],
    [["--store", "no-store.mjs"], "no-store.mjs cannot be loaded"],
    [["--database", "postgres://app@127.0.0.1:1/app"], 'needs the package "pg"'],
    [["--database", "./data"], '--database: "./data" given; wanted: postgres://'],
    [["--database", "./data"], "A PGlite folder cannot be read while the server has it open: use --store"],
    [["--database", "memory://"], '"memory://" given; wanted: postgres://'],
    [["--database", "app:hunter2@db/app"], "--database: text without postgres:// given"],
  ])("says what is wrong with %j, with exit code 2", async (args, words) => {
    const { code, err } = await doctor(args);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });

  test("looks at PostgreSQL with the driver of the project it runs in", async () => {
    const { out } = await doctor(["--database", "postgres://app:hunter2hunter2@127.0.0.1:1/app", "--user", USER], {
      cwd: process.cwd(),
    });
    expect(out).toContain("The device store does not answer");
    expect(out).toContain("ECONNREFUSED");
    expect(out).not.toContain("hunter2");
  });

  test("takes a folder in DATABASE_URL for a finding, and asks no driver about it", async () => {
    const folder = join(lab.folder, "folder.env");
    await writeFile(folder, "DATABASE_URL=./data\n");
    const { code, out } = await doctor(["--env-file", folder, "--user", USER, "--only", "registration", "--json"]);
    const { findings } = JSON.parse(out);
    expect(findings.find(({ id }: { id: string }) => id === "store")).toMatchObject({
      status: "fail",
      message: expect.stringContaining('DATABASE_URL: "./data" given; wanted: postgres://'),
    });
    expect(code).toBe(1);
  });

  test("warns that the user it was asked about could not be looked up, where no store was given", async () => {
    const devicesOf = async (...args: string[]) => {
      const { out } = await doctor(["--only", "registration", "--json", ...args]);
      return JSON.parse(out).findings.find(({ id }: { id: string }) => id === "devices");
    };
    expect(await devicesOf("--user", USER)).toMatchObject({
      status: "warn",
      outcome: "no-store",
      message: `User ${USER} could not be looked up: no device store was given.`,
      remedy: "Give --database (or DATABASE_URL), --redis or --store.",
    });
    expect(await devicesOf()).toMatchObject({ status: "skip" });
    expect(await devicesOf("--ring", USER)).toMatchObject({ status: "skip" });
  });

  test("looks at Redis, too", async () => {
    const { out } = await doctor(["--redis", "redis://:hunter2hunter2@127.0.0.1:1", "--user", USER], {
      cwd: process.cwd(),
    });
    expect(out).toContain("ECONNREFUSED");
    expect(out).not.toContain("hunter2");
  });

  test("prints no secret, whatever it says", async () => {
    for (const args of [[], ["--json"], ["-v"], ["--ring", USER]]) {
      const { out, err } = await doctor(["--store", storeFile, "--user", USER, ...args]);
      for (const secret of [ADMIN_TOKEN, JWT_SECRET, "PRIVATE KEY", lab.phone.token])
        expect(out + err).not.toContain(secret);
    }
  });

  test("ends with 130 when it is interrupted, and waits for nothing", async () => {
    const interrupted = new AbortController();
    const connect = () => new Promise<never>(() => interrupted.abort());
    const { code, err } = await doctor([], { signal: interrupted.signal, world: { ...guardedWorld, connect } });
    expect(code).toBe(130);
    expect(err).toContain("interrupted");
  });
});
