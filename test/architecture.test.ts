import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const source = new URL("../src/", import.meta.url);

/** Which rooms a room may import besides itself and what lies below them all. ARCHITECTURE.md draws the same. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  cli: ["logger", "doctor", "testing", "explain", "http", "push", "devices", "apns", "http2", "payload", "signal"],
  testing: ["logger", "explain", "http", "push", "devices", "apns", "http2", "payload", "signal"],
  doctor: ["logger", "explain", "http", "push", "devices", "apns", "http2", "payload", "signal"],
  logger: ["explain", "signal"],
  front: ["logger", "explain", "http", "push", "devices", "apns", "payload", "signal"],
  http: ["push", "devices", "apns", "payload"],
  push: ["devices", "apns", "payload"],
  // The port of the call store is declared by the calls, which use it.
  devices: ["signal"],
  explain: ["apns"],
  apns: ["http2"],
  http2: [],
  signal: ["payload"],
  payload: [],
  ground: [],
};

/** What every room may import: `internal/` and the few files beside it that many share. */
const GROUND = ["clock.ts", "environment.ts", "errors.ts", "events.ts", "user-id.ts"];
/** What nobody imports: the door `apns-voip`. */
const FRONT = ["index.ts"];

function roomOf(file: string): string {
  if (file.startsWith("internal/") || GROUND.includes(file)) return "ground";
  if (file === "console-logger.ts") return "logger";
  return FRONT.includes(file) ? "front" : file.split("/")[0]!;
}

interface Import {
  readonly from: string;
  readonly to: string;
}

function isAllowed({ from, to }: Import): boolean {
  const [room, other] = [roomOf(from), roomOf(to)];
  return room === other || other === "ground" || (BELOW[room]?.includes(other) ?? false);
}

/** Every import of one of our files by another, also of types alone. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(new URL(file, source), "utf8");
  const targets = text.matchAll(/^(?:import|export)\b[^"';]*?from\s+"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm);
  return [...targets].map(([, named, late]) => ({
    from: file,
    to: posix.join(posix.dirname(file), (named ?? late)!).replace(/\.js$/, ".ts"),
  }));
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".ts"));

describe("the rooms of src", () => {
  test("are all known", () => {
    expect(Object.keys(BELOW)).toEqual(expect.arrayContaining([...new Set(files.map(roomOf))]));
  });

  test("import only what lies below them", () => {
    const upward = files.flatMap(importsOf).filter(one => !isAllowed(one));
    expect(upward.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test("would be found to import upwards, if one did", () => {
    expect(isAllowed({ from: "push/push-service.ts", to: "apns/client.ts" })).toBe(true);
    expect(isAllowed({ from: "apns/client.ts", to: "push/push-service.ts" })).toBe(false);
    expect(isAllowed({ from: "internal/emit.ts", to: "apns/client.ts" })).toBe(false);
    expect(importsOf("index.ts").length).toBeGreaterThan(20);
  });
});

const root = new URL("../", import.meta.url);
const page = (name: string) => readFileSync(new URL(name, root), "utf8");

/** Everything in backticks that looks like a file or a folder of this repository. */
function filesNamedIn(text: string): string[] {
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, words]) => words!);
  const path = /^(?:[\w.@-]+\/)+[\w.@-]*$|^[\w-]+(?:\.[\w-]+)*\.(?:md|json|ts|js)$/;
  return [...new Set(code.filter(words => path.test(words)))];
}

describe.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s", name => {
  const text = page(name);

  test("names only files and folders that exist", () => {
    const named = filesNamedIn(text);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(file => file !== "dist/" && !existsSync(new URL(file, root)))).toEqual([]);
  });

  test("links to pages that exist", () => {
    const links = [...text.matchAll(/\]\(([^)\s#]+)\)/g)].map(([, link]) => link!);
    expect(links.filter(link => !link.includes("://") && !existsSync(new URL(link, root)))).toEqual([]);
  });

  test("names only scripts of package.json", () => {
    const { scripts } = JSON.parse(page("package.json")) as { readonly scripts: Record<string, string> };
    const named = [...text.matchAll(/`npm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(named.filter(script => !(script in scripts))).toEqual([]);
  });
});

test("ARCHITECTURE.md has a row for every room, with the imports that are allowed", () => {
  const rows = [...page("ARCHITECTURE.md").matchAll(/^\| `src\/([\w./-]+)` \| [^|]+ \| ([^|]+) \|$/gm)];
  const shown = rows.map(([, path, imports]) => {
    const room = path === "index.ts" ? "front" : path === "console-logger.ts" ? "logger" : path!.replace("/", "");
    const but = /^all but (.*)$/.exec(imports!)?.[1]?.replace(/^the /, "").split(", ");
    const named = imports === "nothing" ? [] : imports!.split(", ");
    const others = Object.keys(BELOW).filter(one => one !== room && one !== "ground" && !but?.includes(one));
    return [room, (but === undefined ? named : others).sort()];
  });
  const allowed = Object.entries(BELOW).filter(([room]) => room !== "ground");
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(allowed.map(([room, rooms]) => [room, [...rooms].sort()])),
  );
});

interface Loaded {
  /** Our files, from `src`. */
  readonly files: readonly string[];
  /** What is imported by name: packages and modules of Node.js. */
  readonly packages: readonly string[];
  /** Bytes of JavaScript that are ours, as a bundler leaves them. */
  readonly bytes: number;
}

/** What a door loads when it is imported, or might load later. Imports of types alone load nothing. */
async function loadedBy(door: string): Promise<Loaded> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(door, source))],
    ...{ bundle: true, packages: "external", write: false, metafile: true, minify: true, logLevel: "silent" },
    ...{ format: "esm", platform: "node", target: "node22" },
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    files: inputs.map(([name]) => name.slice(name.indexOf("src/") + "src/".length)),
    packages: [...new Set(output!.imports.filter(({ external }) => external).map(({ path }) => path))].sort(),
    bytes: output!.bytes,
  };
}

describe("a door that promises to load little", () => {
  test("apns-voip/payload loads nothing of Node.js, because it runs on the phone, too", async () => {
    const { files, packages } = await loadedBy("payload/index.ts");
    expect(new Set(files.map(roomOf))).toEqual(new Set(["payload", "ground"]));
    expect(packages).toEqual(["zod/v4"]);
  });

  test("apns-voip/apns loads the client alone: no texts, no zod, no jose, and undici only when it is asked for", async () => {
    const { files, packages } = await loadedBy("apns/index.ts");
    expect(["apns", "http2", "ground"]).toEqual(expect.arrayContaining([...new Set(files.map(roomOf))]));
    expect(packages.filter(name => !/^(node:|undici$)/.test(name))).toEqual([]);
  });

  test("apns-voip/signal loads no client, no driver, no texts and no package, and at most 60 kB of ours in a bundle", async () => {
    const { files, packages, bytes } = await loadedBy("signal/index.ts");
    expect(["signal", "payload", "ground"]).toEqual(expect.arrayContaining([...new Set(files.map(roomOf))]));
    expect(packages.filter(name => !name.startsWith("node:"))).toEqual([]);
    expect(bytes).toBeLessThanOrEqual(60_000);
  });

  test("apns-voip loads neither the doctor, nor the command line, nor what is for tests", async () => {
    const rooms = new Set((await loadedBy("index.ts")).files.map(roomOf));
    for (const room of ["doctor", "cli", "testing"]) expect(rooms).not.toContain(room);
  });

  test("apns-voip loads what failures mean, but not what the doctor and the command line say", async () => {
    const { files } = await loadedBy("index.ts");
    expect(files).toContain("explain/ja/failures/request-faults.ts");
    expect(files.filter(name => /^explain\/\w+\/(checks|commands)\//.test(name))).toEqual([]);
  });
});
