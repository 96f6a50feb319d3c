import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** The entry with all it imports, zod too, as a bundler makes it for a phone: a Node module would be an error. */
const bundle = (minify = false) =>
  build({
    entryPoints: [fileURLToPath(new URL("../../src/payload/index.ts", import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "neutral",
    mainFields: ["module", "main"],
    format: "iife",
    globalName: "payload",
    minify,
    logLevel: "silent",
  });

test("the payload entry and all it imports need nothing from Node", async () => {
  const { metafile, outputFiles } = await bundle();
  const imports = Object.values(metafile.inputs).flatMap(input => input.imports);
  expect(imports.filter(({ external }) => external)).toEqual([]);

  const ours = Object.keys(metafile.inputs).filter(path => path.startsWith("src/"));
  expect(ours.length).toBeGreaterThan(3);
  expect(ours.filter(path => !/^src\/(payload\/|internal\/describe\.ts|errors\.ts)/.test(path))).toEqual([]);
  expect(outputFiles[0]!.text).not.toMatch(/\bnode:|\brequire\(|\bprocess\.|\bBuffer\b(?!`)/);
});

test("it runs where there is nothing but the language: no crypto, no process, no eval", async () => {
  const { outputFiles } = await bundle(true);
  const phone = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  new Script(outputFiles[0]!.text).runInContext(phone);
  const run = (code: string): unknown =>
    JSON.parse(new Script(`JSON.stringify(${code})`).runInContext(phone) as string);

  expect(run(`[typeof process, typeof Buffer, typeof crypto]`)).toEqual(["undefined", "undefined", "undefined"]);
  expect(run(`payload.callPayloadSchema.parse({ callId: "11-10", fromUserId: "11" })`)).toMatchObject({
    fromUserId: 11,
  });
  expect(run(`payload.parseCallPayload(null)`)).toMatchObject({ payload: { fromDisplayName: "Unknown Caller" } });
  expect(run(`payload.presets.portable.parse({ callId: "11-10", fromUserId: 11 })`)).toMatchObject({ handle: "11" });
});
