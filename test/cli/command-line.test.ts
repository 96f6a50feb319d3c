import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { runCli } from "./run-cli.js";

describe("the command line", () => {
  test("without a command says what there is, on standard error, with exit code 2", async () => {
    const { code, out, err } = await runCli([]);
    expect(code).toBe(2);
    expect(out).toBe("");
    for (const { name } of COMMANDS) expect(err).toContain(`  ${name}`);
  });

  test.each(["--help", "-h", "help"])("says the same to %s on standard output, with exit code 0", async flag => {
    expect(await runCli([flag])).toMatchObject({
      code: 0,
      out: expect.stringContaining("Usage: apns-voip <command>"),
      err: "",
    });
  });

  test("tells its version", async () => {
    expect(await runCli(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  test("names the commands when one is misspelt", async () => {
    const { code, err } = await runCli(["docter"]);
    expect(code).toBe(2);
    expect(err).toContain('"docter" is no command; there are: doctor, send, logs');
  });

  test.each(COMMANDS.map(({ name }) => name))("explains %s in both languages", async name => {
    const english = await runCli([name, "--help"]);
    const japanese = await runCli([name, "--help", "--lang", "ja"]);
    expect(english).toMatchObject({ code: 0, out: expect.stringContaining(`Usage: apns-voip ${name}`) });
    expect(japanese).toMatchObject({ code: 0, out: expect.stringContaining(`使い方: apns-voip ${name}`) });
    const flags = (text: string) => [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(match => match[1]);
    expect(flags(japanese.out)).toEqual(flags(english.out));
    expect(english.out).toContain("Exit code: 0");
  });

  test.each(COMMANDS.map(({ name }) => name))("refuses an option that %s does not have", async name => {
    const { code, err } = await runCli([name, "--bogus"]);
    expect(code).toBe(2);
    expect(err).toContain("'--bogus'");
  });

  test.each([
    [{ LANG: "ja_JP.UTF-8" }, "使い方"],
    [{ LANG: "en_US.UTF-8" }, "Usage"],
    [{ LANG: "fr_FR.UTF-8" }, "Usage"],
    [{ LANG: "ja_JP.UTF-8", LC_ALL: "C" }, "Usage"],
    [{}, "Usage"],
  ])("speaks the terminal's language: %j", async (env, word) => {
    expect((await runCli(["--help"], { env })).out).toContain(word);
  });

  test("takes --lang anywhere, in both forms, over the terminal's language", async () => {
    const env = { LANG: "ja_JP.UTF-8" };
    expect((await runCli(["--lang", "en", "--help"], { env })).out).toContain("Usage");
    expect((await runCli(["--help", "--lang=en"], { env })).out).toContain("Usage");
    expect(await runCli(["--help", "--lang", "fr"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("wanted: en, ja"),
    });
  });

  test("runs as a program of its own, and passes the exit code on", async () => {
    const fromSource = new URL("../examples/from-source.ts", import.meta.url).href;
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ["--no-warnings", "--import", fromSource, main, ...args], {
        env: { PATH: process.env.PATH },
      });
    expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    await expect(run("docter")).rejects.toMatchObject({ code: 2 });
  });
});
