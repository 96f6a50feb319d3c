import { execFile, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { apnsOptionsFromEnv } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/*
 * What the README and the guides say must be true. Every `ts` block is type-checked as a module of its own. A comment right
 * above it may give it what a reader has already: `<!-- given` and code `-->`. A block below `<!-- run -->` is run as well,
 * and must print what the comment at the end of its `console.log` lines says.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, ".data", `readme-${process.pid}`);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly given: string;
  readonly isRun: boolean;
  /** Where it is checked. */
  readonly file: string;
}

const documents = ["README.md", ...globSync("docs/*.md", { cwd: root })];
const blocks = documents.flatMap(blocksOf);
const written = blocks.filter(({ language }) => language === "ts");

function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), "utf8");
  const form = /(?:<!-- (given|run)(.*?)-->\n\n)?^```(\w+)\n(.*?)^```$/gms;
  return [...text.matchAll(form)].map(([all, comment, given = "", language = "", code = ""], index) => ({
    document,
    line: text.slice(0, text.indexOf(all)).split("\n").length,
    language,
    code,
    given: comment === "given" ? given : "",
    isRun: comment === "run",
    file: join(folder, `${basename(document, ".md")}-${index}.ts`),
  }));
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const { file, given, code } of written) writeFileSync(file, `${given}\n${code}\nexport {};\n`);
  const tsconfig = { extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("every block of TypeScript is right in its types", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { cwd: root, encoding: "utf8" });
  // What the type checker says of the source is not the documents' fault, and is said elsewhere.
  const complaints = stdout.split("\n").filter(line => line.startsWith(".data"));
  expect(written.length).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
}, 240_000);

describe("a block that is said to run", () => {
  const run = blocks.filter(({ isRun }) => isRun);

  test.each(run.map(block => [`${block.document}:${block.line}`, block] as const))(
    "%s prints what it says",
    async (_, block) => {
      const fromSource = new URL("examples/from-source.ts", import.meta.url).href;
      const { stdout } = await promisify(execFile)(process.execPath, [
        "--no-warnings",
        "--import",
        fromSource,
        block.file,
      ]);
      const promised = [...block.code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
      expect(promised.length).toBeGreaterThan(0);
      expect(stdout.trimEnd().split("\n")).toEqual(promised);
    },
    30_000,
  );
});

describe("the README", () => {
  const [first, ...others] = blocks.filter(({ document }) => document === "README.md");
  const text = readFileSync(join(root, "README.md"), "utf8");

  test("begins with one sentence, an example of at most 15 lines that runs, and how to install it", () => {
    expect(text).toMatch(/^# apns-voip\n\n\[日本語\]\(docs\/README\.ja\.md\)\n\n[^.]+\.\n\n<!-- run -->\n\n```ts\n/);
    expect(first?.isRun).toBe(true);
    expect(first?.code.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    expect(others[0]?.code).toBe("npm install apns-voip zod\n");
  });

  test("is the only one in the package, because a registry may show any README.* as the package's page", () => {
    expect(globSync("README*", { cwd: root })).toEqual(["README.md"]);
  });

  test("shows the lines of the Express example that runs, and they are at most 12", () => {
    const block = others.find(({ code }) => code.includes("toNodeHandler(routes)"));
    const lines = block?.code.split("\n").filter(line => line !== "") ?? [];
    expect(lines.length).toBeLessThanOrEqual(12);
    const example = readFileSync(join(root, "examples/express-api/server.ts"), "utf8");
    const statements = lines.filter(line => !line.startsWith("import")).map(line => line.replace(/ \/\/.*$/, ""));
    expect(example).toContain(statements.join("\n"));
  });

  test("shows a server for production that outlives its database, says how it is, and ends on SIGTERM", async () => {
    const block = written.find(({ document, code }) => document === "README.md" && code.includes("pool.on("))!;
    const file = block.file.replace(/\.ts$/, "-run.mts");
    const given = `import { EventEmitter } from "node:events";
      import express from "express";
      import { createApnsClient } from "apns-voip";
      import { createMockApns } from "apns-voip/testing";
      const app = express();
      const pool = Object.assign(new EventEmitter(), { end: async () => console.log("pool ended") });
      const mock = createMockApns();
      const apns = createApnsClient({ ...mock.key, fetch: mock.fetch });
      app.listen = (listen => () => listen.call(app, 0, "127.0.0.1"))(app.listen);`;
    const asked = `pool.emit("error", new Error("the database restarts"));
      await new Promise(resolve => server.once("listening", resolve));
      const health = await fetch("http://127.0.0.1:" + server.address().port + "/health");
      console.log(health.status, (await health.json()).ok);
      process.kill(process.pid, "SIGTERM");`;
    writeFileSync(file, [given, block.code, asked].join("\n"));
    const fromSource = new URL("examples/from-source.ts", import.meta.url).href;
    const args = ["--no-warnings", "--import", fromSource, file];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe("200 true\npool ended\n");
    expect(stderr).toContain("the database restarts");
  }, 60_000);

  test("names scripts that are there", () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script as string);
    expect(named.length).toBeGreaterThan(3);
    for (const script of named) expect(manifest.scripts).toHaveProperty([script]);
  });

  test("names commands and options that the command line knows", async () => {
    const commandLine = join(root, "src/cli/main.ts");
    const commands = [...text.matchAll(/npx apns-voip (\w+)([^`\n]*)/g)];
    expect(commands.length).toBeGreaterThan(0);
    for (const [, command = "", rest = ""] of commands) {
      const fromSource = new URL("examples/from-source.ts", import.meta.url).href;
      const args = ["--no-warnings", "--import", fromSource, commandLine, command, "--help"];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(stdout).toContain(option);
    }
  });

  test("names variables that are read", () => {
    const named = [...text.matchAll(/`(APNS_\w+)`/g)].map(([, name]) => name as string);
    const { APNS_P8, ...rest } = createMockApns().env();
    for (const name of new Set(named)) {
      const wrong = { ...rest, ...(name === "APNS_P8_PATH" ? {} : { APNS_P8 }), [name]: "\u0001 no such thing" };
      expect(() => apnsOptionsFromEnv(wrong), name).toThrow(name);
    }
  });
});

describe("the index of the guides", () => {
  test.each(["docs/index.md", "docs/index.ja.md"])(
    "%s names every guide, in its own language where there is one",
    index => {
      const suffix = index.endsWith(".ja.md") ? ".ja.md" : ".md";
      const linked = new Set(
        [...readFileSync(join(root, index), "utf8").matchAll(/\]\(([\w.-]+\.md)\)/g)].map(([, to]) => to),
      );
      const guides = globSync("*.md", { cwd: join(root, "docs") }).filter(name => !/^(index|README)/.test(name));
      const subjects = new Set(guides.map(name => name.replace(/(\.ja)?\.md$/, "")));
      for (const subject of subjects) {
        expect(linked).toContain(guides.includes(`${subject}${suffix}`) ? `${subject}${suffix}` : `${subject}.md`);
      }
    },
  );
});

test.each(documents)("every link of %s that stays in the repository leads somewhere", document => {
  const text = readFileSync(join(root, document), "utf8");
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    expect(existsSync(join(root, file)), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
  }
});

function anchorsOf(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}
