/** How a bundle is made of one program; each tool chain's `build.mjs` exports one. */
export type Build = (entry: string, outFile: string, format: Format, leftOut?: readonly string[]) => Promise<void>;
export type Format = "esm" | "cjs";

export interface Bundler {
  readonly name: string;
  readonly formats: readonly Format[];
  /** Its `build.mjs` can leave packages out of the bundle. */
  readonly leavesOut?: boolean;
}

export interface Runtime {
  readonly name: string;
  /** What starts a program, without the program's file. */
  readonly command: readonly string[];
}

/** Each has a folder of its name here, with a manifest and a lock file of its own. */
export const BUNDLERS: readonly Bundler[] = [
  { name: "esbuild", formats: ["esm", "cjs"], leavesOut: true },
  { name: "rollup", formats: ["esm", "cjs"] },
  { name: "rolldown", formats: ["esm", "cjs"] },
  { name: "webpack", formats: ["cjs"] },
  { name: "bun", formats: ["esm", "cjs"] },
];

const tool = (name: string) => new URL(`${name}/node_modules/.bin/${name}`, import.meta.url).pathname;
const onNode = (major: number) => [new URL("../../.ci/with-node", import.meta.url).pathname, `${major}`, "node"];

export const RUNTIMES: readonly Runtime[] = [
  { name: "node22", command: [...onNode(22), "--disable-warning=ExperimentalWarning"] },
  { name: "node24", command: onNode(24) },
  { name: "node26", command: onNode(26) },
  { name: "bun", command: [tool("bun"), "run"] },
  // Our package.json says what is installed; Deno must not look for it anywhere else.
  {
    name: "deno",
    command: [tool("deno"), "run", "--allow-all", "--no-lock", "--cached-only", "--node-modules-dir=manual"],
  },
];
