import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { footprint } from "../footprint.ts";
import type { Budget, Part } from "../part.ts";
import { bars } from "../report/bars.ts";
import { median } from "../report/median.ts";
import { table } from "../report/table.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEERS = fileURLToPath(new URL("../peers", import.meta.url));

/** Milliseconds and megabytes of importing one module in a fresh process. */
interface Weighing {
  readonly milliseconds: number;
  readonly heap: number;
  readonly resident: number;
  readonly files: readonly string[];
}

interface Import {
  readonly module: string;
  readonly rounds: readonly Omit<Weighing, "files">[];
  readonly files: number;
  /** Packages other than ours that were loaded. */
  readonly packages: readonly string[];
}

interface WeightResult {
  readonly imports: readonly Import[];
  readonly installs: readonly { readonly name: string; readonly megabytes: number; readonly packages: number }[];
}

const ROUNDS = { quick: 3, full: 11 } as const;
const PEER_MODULES = ["@parse/node-apn", "apns2", "hapns/connectors/token"];
/** What the phone's and the signal server's parts must not bring along. */
const HEAVY = ["undici", "pg", "redis", "ioredis", "@electric-sql/pglite"];
const LIGHT = ["apns-voip/payload", "apns-voip/signal"];

/** What an import costs in time and memory, and an installation on disk. */
export const weight: Part<WeightResult> = {
  name: "weight",
  title: "Weight",
  async measure({ depth }) {
    const modules = [
      ...(await subPaths()).map(module => ({ module, folder: ROOT })),
      ...PEER_MODULES.map(module => ({ module, folder: PEERS })),
    ];
    const rounds = modules.map((): Weighing[] => []);
    for (let round = 0; round < ROUNDS[depth]; round++) {
      for (const [index, { module, folder }] of modules.entries()) rounds[index]?.push(await weigh(module, folder));
    }
    const imports = [];
    for (const [index, { module, folder }] of modules.entries()) {
      const { files } = await weigh(module, folder, true);
      imports.push({ module, rounds: rounds[index] ?? [], files: files.length, packages: packagesOf(files) });
    }
    return { imports, installs: await Promise.all(installs()) };
  },
  report: ({ imports, installs }) => `${importTable(imports)}\n\n${installTable(installs)}`,
  budgets: ({ imports }) => LIGHT.map(module => loadsNothingHeavy(imports.find(each => each.module === module))),
  plots: ({ imports }) => ({
    "import-time.svg": bars({
      title: "Import in a fresh process",
      unit: "ms",
      bars: imports.map(({ module, rounds }) => ({
        label: module,
        values: rounds.map(({ milliseconds }) => milliseconds),
      })),
    }),
  }),
};

async function subPaths(): Promise<string[]> {
  const { name, exports } = JSON.parse(await readFile(`${ROOT}/package.json`, "utf8"));
  return Object.keys(exports)
    .filter(path => !path.endsWith(".json"))
    .map(path => `${name}${path.slice(1)}`);
}

async function weigh(module: string, folder: string, list = false): Promise<Weighing> {
  const code = await readFile(new URL("../weigh-process.mjs", import.meta.url), "utf8");
  const flags = ["--expose-gc", "--input-type=module", "--eval", code, module, ...(list ? ["list"] : [])];
  return JSON.parse((await run(process.execPath, flags, { cwd: folder, maxBuffer: 2 ** 24 })).stdout);
}

function packagesOf(files: readonly string[]): string[] {
  const names = files.flatMap(file => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function installs() {
  const folders = {
    "apns-voip": ROOT,
    "@parse/node-apn": `${PEERS}/node_modules/@parse/node-apn`,
    apns2: `${PEERS}/node_modules/apns2`,
    hapns: `${PEERS}/node_modules/hapns`,
  };
  return Object.entries(folders).map(async ([name, folder]) => ({ name, ...(await footprint(folder)) }));
}

function importTable(imports: readonly Import[]): string {
  const rows = imports.map(({ module, rounds, files, packages }) => [
    module,
    median(rounds.map(({ milliseconds }) => milliseconds)),
    median(rounds.map(({ heap }) => heap)),
    median(rounds.map(({ resident }) => resident)),
    files,
    named(packages),
  ]);
  return table(["import", "ms", "heap, MB", "resident, MB", "files", "packages it loads"], rows);
}

/** A few by name, the rest counted. */
function named(packages: readonly string[]): string {
  const rest = packages.length - 4;
  if (rest <= 0) return packages.join(", ") || "none";
  return `${packages.slice(0, 4).join(", ")} and ${rest} more`;
}

function installTable(installs: WeightResult["installs"]): string {
  const rows = installs.map(({ name, megabytes, packages }) => [name, megabytes, packages]);
  return table(["install", "MB on disk, with all it needs", "packages"], rows);
}

function loadsNothingHeavy(light: Import | undefined): Budget {
  const loaded = light?.packages.filter(name => HEAVY.includes(name)) ?? [];
  return {
    what: `${light?.module} loads neither undici nor a database driver`,
    wanted: "none",
    measured: loaded.join(", ") || "none",
    met: loaded.length === 0,
  };
}
