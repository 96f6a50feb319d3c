import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Chain, ListChains } from "./chain.ts";

const run = promisify(execFile);
const COMPILERS = ["typescript-5.4", "typescript-5.9", "typescript-6", "typescript-7"];
/** Reads every line of our declarations, which takes as long as all the others together. */
const WHOLE = { skipLibCheck: false };
const PATIENCE = 120_000;
const PLAIN = ["ES2022"];
const WITH_DOM = ["ES2022", "DOM", "DOM.Iterable"];

const COMMON = {
  target: "es2022",
  strict: true,
  types: [],
  esModuleInterop: true,
  skipLibCheck: true,
  rootDir: ".",
  outDir: "out",
};

interface Way {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly package: "commonjs" | "module";
  readonly lib?: readonly string[];
  /** Whether that compiler, by its major and minor version, knows this way. */
  readonly isKnownTo?: (version: number) => boolean;
}

const WAYS: readonly Way[] = [
  {
    name: "commonjs, node10",
    options: { module: "commonjs", moduleResolution: "node10" },
    package: "commonjs",
    isKnownTo: version => version < 7,
  },
  {
    name: "commonjs, bundler",
    options: { module: "commonjs", moduleResolution: "bundler" },
    package: "commonjs",
    isKnownTo: version => version >= 6,
  },
  { name: "node16, a CommonJS package", options: { module: "node16", ...WHOLE }, package: "commonjs" },
  { name: "node16, an ESM package", options: { module: "node16", ...WHOLE }, package: "module" },
  { name: "nodenext, a CommonJS package, DOM", options: { module: "nodenext" }, package: "commonjs", lib: WITH_DOM },
  { name: "nodenext, an ESM package, DOM", options: { module: "nodenext" }, package: "module", lib: WITH_DOM },
  { name: "esnext, bundler", options: { module: "esnext", moduleResolution: "bundler" }, package: "module" },
];

/** Each compiler reads our declarations with no other types than those that are imported, and the result runs. */
export const typeChains: ListChains = folder =>
  COMPILERS.flatMap(compiler => {
    const { version } = JSON.parse(readFileSync(join(folder, "node_modules", compiler, "package.json"), "utf8"));
    const known = WAYS.filter(({ isKnownTo = () => true }) => isKnownTo(Number.parseFloat(version)));
    return known.map(way => chainOf(folder, compiler, version, way));
  });

function chainOf(folder: string, compiler: string, version: string, way: Way): Chain {
  return {
    tool: "TypeScript",
    version,
    how: way.name,
    async check() {
      const project = join(folder, ".data", `${compiler} ${way.name}`.replaceAll(/[^\w.]+/g, "-"));
      const isOld = version.startsWith("6.") && way.name.includes("node10");
      const options = isOld ? { ...way.options, ignoreDeprecations: "6.0" } : way.options;
      const programs = way.package === "module" ? ["program", "msw"] : ["program"];
      write(project, way, { options, programs: programs.map(name => join(folder, `${name}.ts`)) });
      await compile(join(folder, "node_modules", compiler, "bin/tsc"), project);
      const { stdout } = await run(process.execPath, [join(project, "out/program.js")], { timeout: PATIENCE });
      assert.equal(stdout.trimEnd().split("\n").at(-1), "User 11,the client alone");
      rmSync(project, { recursive: true });
      return "compiles and rings";
    },
  };
}

interface Sources {
  readonly options: Way["options"];
  readonly programs: readonly string[];
}

function write(project: string, { package: type, lib = PLAIN }: Way, { options, programs }: Sources): void {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ type }));
  for (const program of programs) cpSync(program, join(project, basename(program)));
  const compilerOptions = { ...COMMON, lib, ...options };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
}

async function compile(tsc: string, project: string): Promise<void> {
  const said: string = await run(process.execPath, [tsc, "-p", project], { timeout: PATIENCE }).then(
    () => "",
    ({ stdout, message }) => stdout || message,
  );
  // Errors between the declarations of other packages are not counted.
  const complaints = said.split("\n").filter(line => /error/.test(line) && !/node_modules\/(?!apns-voip\/)/.test(line));
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}
