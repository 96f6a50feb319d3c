import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fill, PAGES } from "../../docs/fill.js";
import { TABLES } from "../../docs/tables.js";
import { COMMANDS } from "../../src/cli/commands.js";
import { textOf } from "../../src/doctor/check.js";
import { CHECKS } from "../../src/doctor/checks/index.js";
import { readLogLine } from "../../src/doctor/log/log-line.js";
import { runCli } from "../cli/run-cli.js";

const folder = new URL("../../docs/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
const pages = Object.keys(PAGES);

/** As GitHub makes them. */
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );

const codeBlocks = (page: string) => [...page.matchAll(/^ *```\w*\n([\s\S]*?)^ *```$/gm)].map(([, code]) => code!);
const withoutTables = (page: string) => page.replaceAll(/<!-- generated:[\s\S]*?<!-- \/generated -->/g, "");

describe("the guide", () => {
  test.each(pages)("has up-to-date generated parts in %s; `npm run docs` writes them anew", name => {
    expect(fill(read(name), PAGES[name]!)).toBe(read(name));
  });

  test("would notice a stale part", () => {
    const page = read("reasons.md");
    expect(fill(page.replace("### BadTopic", "### BadTopics"), "en")).toBe(page);
  });

  test.each(["en", "ja"] as const)("has every generated part, in %s", lang => {
    const text = pages
      .filter(name => PAGES[name] === lang)
      .map(read)
      .join("\n");
    for (const name of Object.keys(TABLES)) expect(text).toContain(`<!-- generated:${name} -->`);
    for (const check of CHECKS) {
      for (const [name, { status }] of Object.entries(check.outcomes)) {
        if (check.step === "phone" || status === "warn" || status === "fail")
          expect(text).toContain(textOf(check, name, lang).message.replaceAll("|", "\\|"));
      }
    }
  });

  test.each(pages)("has no dead link in %s", name => {
    const page = read(name);
    const links = [...page.replaceAll(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    for (const link of links.filter(target => !target.startsWith("https://"))) {
      const [file = "", anchor] = link.split("#");
      if (file !== "") expect(existsSync(new URL(file, folder)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file === "" ? page : read(file)), link).toContain(anchor);
    }
  });

  test("says the same in both languages: headings, code and generated parts in the same places", () => {
    for (const name of ["diagnosis", "reasons"]) {
      const [english, japanese] = [read(`${name}.md`), read(`${name}.ja.md`)];
      const shape = (page: string) =>
        [...page.matchAll(/^(#{1,6}) |<!-- generated:(\S+) -->|^(\|)|^( *```\w*)$|^(\s*- \[ \])/gm)].map(match =>
          match.slice(1).find(Boolean),
        );
      expect(shape(japanese)).toEqual(shape(english));
    }
  });

  test.each(["diagnosis.md", "diagnosis.ja.md"])("shows log lines in %s as the servers print them", name => {
    const logs = codeBlocks(withoutTables(read(name))).filter(
      code => /VoIP|voipDevice/.test(code) && !code.includes("psql"),
    );
    expect(logs).toHaveLength(3);
    for (const line of logs.join("").trim().split("\n")) {
      if (line.startsWith("PUT")) expect(line).toBe("PUT /api/v1/me/devices - 200 OK");
      else expect(readLogLine(line, 1), line).toHaveLength(1);
    }
  });

  test.each(["diagnosis.md", "diagnosis.ja.md"])("names only commands and options that exist in %s", async name => {
    const help = Object.fromEntries(
      await Promise.all(COMMANDS.map(async one => [one.name, (await runCli([one.name, "--help"])).out])),
    );
    const used = [...read(name).matchAll(/npx apns-voip (\w+)((?: [^`\n|<>]*)?)/g)];
    expect(used.length).toBeGreaterThan(20);
    for (const [text, command, rest] of used) {
      expect(Object.keys(help), text).toContain(command);
      for (const [flag] of rest!.matchAll(/--[a-z-]+/g)) expect(help[command!], text).toContain(`${flag} `);
    }
  });

  test.each(pages)("has no markup by mistake in %s", name => {
    const prose = read(name)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, "")
      .replaceAll(/`[^`\n]*`/g, "");
    expect(prose.replaceAll(/<br>|<!--.*?-->/g, "")).not.toMatch(/<[a-z/]/i);
    expect(prose).not.toMatch(/undefined|\bNaN\b|\[object/);
  });
});
