/**
 * Makes dist of what tsup made of each module: files of modules that are loaded together, their CommonJS copy in
 * dist/require, and the declarations of both. A file and its copy have the same name, so npm packs them side by side, and the
 * second costs little more than its imports.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { type Plugin, rolldown } from "rolldown";
import { entries, entryFiles } from "../entries.config.ts";
import { joinDeclarations } from "./declarations.ts";
import { partsOf } from "./parts.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const at = (path: string) => join(root, path);
const nameOf = (file: string) => file.replace(/^src\/|\.ts$/g, "");
const isOurs = (id: string) => id.startsWith(".") || id.startsWith("/");
/** The folder into which tsup has put the modules. */
const modulesFolder = at("dist/modules");
const moduleOf = (file: string) => join(modulesFolder, `${nameOf(file)}.js`);
const common = { platform: "node", tsconfig: false } as const;
/** The JavaScript goes without doc comments: the declarations have them. */
const comments = { jsdoc: false };
/** Without blanks and what nobody needs, a tenth of the tarball; names stay, so that a stack can be read. */
const minify = { compress: true, mangle: false, codegen: { removeWhitespace: true } };

/** Packages that have no CommonJS build. The require copy carries them inside, in a file each. */
const ESM_ONLY: Record<string, string> = {
  jose: "vendor/jose",
};

async function buildImport(): Promise<void> {
  const input = Object.fromEntries(entryFiles().map(file => [nameOf(file), moduleOf(file)]));
  const bundle = await rolldown({
    ...common,
    input,
    external: id => !isOurs(id),
    preserveEntrySignatures: "allow-extension",
  });
  const { output } = await bundle.generate({ format: "esm", preserveModules: true });
  const chunks = output.filter(file => file.type === "chunk");
  const idOf = new Map(chunks.map(({ fileName, facadeModuleId }) => [fileName, facadeModuleId ?? ""]));
  const idsOf = (files: readonly string[]) => files.flatMap(file => idOf.get(file) ?? []);
  const built = chunks.map(({ fileName, code, imports, dynamicImports }) => {
    const id = idOf.get(fileName) as string;
    return [
      id,
      { size: Buffer.byteLength(code), imports: idsOf(imports), lateImports: idsOf(dynamicImports) },
    ] as const;
  });
  const starts = [...Object.values(input), ...built.flatMap(([, { lateImports }]) => lateImports)];
  const parts = partsOf(new Map(built), starts);
  const fileOf = (id: string) =>
    relative(modulesFolder, parts.get(id) ?? id)
      .replace(/\.js$/, "")
      .replaceAll("/", "-");
  const written = await bundle.write({
    dir: at("dist"),
    format: "esm",
    comments,
    minify,
    chunkFileNames: "parts/[name].js",
    minifyInternalExports: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: fileOf, debugName: "parts", test: id => !starts.includes(id) }],
    },
  });
  refuseCircles(written.output.filter(file => file.type === "chunk"));
}

/**
 * Refuses files that import each other in a circle: one of them runs before what it needs, and its CommonJS copy would
 * hold undefined for good.
 */
function refuseCircles(files: readonly { readonly fileName: string; readonly imports: readonly string[] }[]): void {
  const importsOf = new Map(files.map(({ fileName, imports }) => [fileName, imports]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`files import each other: ${[...path, file].join(" > ")}`);
    if (done.has(file)) return;
    for (const imported of importsOf.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const { fileName } of files) visit(fileName, []);
}

/** Makes the require copy: a file for each file of the first copy. */
async function buildRequire(): Promise<void> {
  const folder = at("dist/require");
  const bundle = await rolldown({
    ...common,
    input: Object.fromEntries(Object.values(entries()).map(file => [nameOf(file), at(`dist/${nameOf(file)}.js`)])),
    external: id => !isOurs(id) && !(id in ESM_ONLY),
    plugins: [
      {
        name: "carried inside",
        resolveId: id => (id in ESM_ONLY ? { id: at(`dist/${ESM_ONLY[id]}.js`), external: "relative" } : undefined),
      },
    ],
  });
  await bundle.write({
    dir: folder,
    format: "cjs",
    comments,
    minify,
    preserveModules: true,
    preserveModulesRoot: at("dist"),
    entryFileNames: "[name].js",
    // Jest's CommonJS mode refuses any `import()` that is left in a file.
    dynamicImportInCjs: false,
  });
  const input = Object.fromEntries(Object.entries(ESM_ONLY).map(([id, file]) => [file, `carried:${id}`]));
  const carried = await rolldown({ ...common, input, plugins: [onlyWhatWeImport] });
  await carried.write({ dir: folder, format: "cjs", minify: true, comments, chunkFileNames: "vendor/shared.js" });
  for (const id of Object.keys(ESM_ONLY)) copyLicence(id, join(folder, "vendor"));
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
}

/** Keeps of a package that is carried inside only what our modules import. */
const onlyWhatWeImport: Plugin = {
  name: "only what we import",
  resolveId: id => (id.startsWith("carried:") ? id : undefined),
  load(id) {
    if (!id.startsWith("carried:")) return undefined;
    const from = id.replace("carried:", "");
    const form = new RegExp(`import ?\\{([^}]*)\\} ?from ?"${from}"`, "g");
    const names = globSync("dist/**/*.js", { cwd: root, exclude: ["dist/require/**"] })
      .flatMap(file => [...readFileSync(at(file), "utf8").matchAll(form)])
      .flatMap(([, list = ""]) => list.split(",").map(name => name.trim().replace(/ as .*/, "")));
    if (names.length === 0) throw new Error(`nothing imports ${from}: it need not be carried inside`);
    return `export { ${[...new Set(names)].join(", ")} } from "${from}";`;
  },
};

function copyLicence(id: string, folder: string): void {
  const [name = ""] = /^(@[^/]+\/)?[^/]+/.exec(id) ?? [];
  const [licence] = globSync(`node_modules/${name}/LICENSE*`, { cwd: root });
  if (licence === undefined) throw new Error(`${name} has no licence to copy`);
  cpSync(at(licence), join(folder, `LICENSE.${name.replaceAll(/\W+/g, "-").replace(/^-/, "")}`));
}

/** The mock's page: its modules in one file, and nothing in it that a browser does not need. */
async function buildPage(): Promise<void> {
  const page = at("src/testing/program/page");
  const entryPoints = [join(page, "page.js"), ...globSync("*.css", { cwd: page }).map(file => join(page, file))];
  await esbuild.build({
    entryPoints,
    outdir: at("dist/page"),
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "esm",
  });
  for (const file of ["index.html", "icon.svg"]) cpSync(join(page, file), at(`dist/page/${file}`));
}

/** TypeScript makes the declarations of every module; those of a door and of what it needs are joined, and copied for `require`. */
function buildDeclarations(): void {
  const tsc = at("node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", at("tsconfig.build.json")], { stdio: "inherit" });
  const doors = Object.values(entries()).map(file => at(`dist/${nameOf(file)}.d.ts`));
  const joined = joinDeclarations(file => readFileSync(file, "utf8"), doors, at("dist/types"));
  for (const file of globSync("dist/**/*.d.ts", { cwd: root })) rmSync(at(file));
  removeEmptyFolders(at("dist"));
  for (const [file, text] of joined) {
    // This line tells a project without @types/node that it needs it.
    const head = doors.includes(file) ? '/// <reference types="node" />\n' : "";
    for (const copy of [file, file.replace(at("dist"), at("dist/require"))]) {
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, head + text);
    }
  }
  // msw 3 has only ES modules, msw 2 has both. TypeScript reads either, and says of the former that CommonJS cannot load it.
  for (const file of globSync("dist/require/**/*.d.ts", { cwd: root }).map(at))
    writeFileSync(file, readFileSync(file, "utf8").replace(/^import .* from "msw";$/m, "// @ts-ignore\n$&"));
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

for (const name of readdirSync(at("dist"))) {
  if (at(`dist/${name}`) !== modulesFolder) rmSync(at(`dist/${name}`), { recursive: true });
}
await buildImport();
rmSync(modulesFolder, { recursive: true });
await buildRequire();
await buildPage();
buildDeclarations();
