/** An example that is a project of its own: `examples/NAME`, with a manifest and a lock file. */
export interface Project {
  readonly folder: string;
  readonly name: string;
  /** Before it can start, each a command in its folder. */
  readonly build?: readonly (readonly string[])[];
  readonly start: readonly string[];
}

const bin = (name: string) => `node_modules/.bin/${name}`;

export const PROJECTS: readonly Project[] = [
  { folder: "fastify", name: "Fastify on Node", start: ["node", "server.ts"] },
  { folder: "hono", name: "Hono on Bun", start: [bin("bun"), "bun.ts"] },
  {
    folder: "hono",
    name: "Hono on Deno",
    start: [
      bin("deno"),
      "run",
      "--no-lock",
      "--cached-only",
      "--node-modules-dir=manual",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      "--allow-sys",
      "deno.ts",
    ],
  },
  { folder: "hono", name: "Hono on Node", start: ["node", "node.ts"] },
  { folder: "bun", name: "Bun.serve", start: [bin("bun"), "server.ts"] },
  {
    folder: "nest",
    name: "NestJS",
    build: [
      [bin("jest"), "--ci"],
      [bin("tsc"), "-p", "tsconfig.json"],
    ],
    start: ["node", "dist/main.js"],
  },
  { folder: "next", name: "Next.js", build: [[bin("next"), "build"]], start: [bin("next"), "start"] },
];
