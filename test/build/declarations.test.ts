import { describe, expect, test } from "vitest";
import { joinDeclarations } from "../../build/declarations.js";

/* What the build makes of tsc's declarations: what a door shows, what that needs, and nothing else. */

const DOORS = ["/dist/index.d.ts", "/dist/testing/index.d.ts"];

function join(modules: Readonly<Record<string, string>>) {
  const read = (file: string) => {
    const text = modules[file.replace(/^\/dist\/(.*)\.d\.ts$/, "$1")];
    if (text === undefined) throw new Error(`nobody wrote ${file}`);
    return text;
  };
  const doors = DOORS.filter(door => door.replace(/^\/dist\/(.*)\.d\.ts$/, "$1") in modules);
  return Object.fromEntries(joinDeclarations(read, doors, "/dist/types"));
}

describe("the joined declarations", () => {
  test("have what a door shows, with its comment, and what that needs, and leave out the rest of each file", () => {
    const files = join({
      index: 'export { ring } from "./push.js";\n',
      push: 'import type { Phone } from "./phone.js";\n/** Rings. */\nexport declare function ring(phone: Phone): void;\nexport declare class Sender {}\n',
      phone:
        "interface Named {\n    name: string;\n}\nexport interface Phone extends Named {\n    Sender: string;\n}\nexport interface Tablet {}\n",
    });
    expect(files).toEqual({
      "/dist/types/ring.d.ts": [
        "interface Named {\n    name: string;\n}",
        "interface Phone extends Named {\n    Sender: string;\n}",
        "/** Rings. */\ndeclare function ring(phone: Phone): void;",
        "export { Named, Phone, ring };",
        "export {};\n",
      ].join("\n"),
      "/dist/index.d.ts": 'export { ring } from "./types/ring.js";\nexport {};\n',
    });
  });

  test("keep what two doors show apart from what one shows, and packages apart from files", () => {
    const files = join({
      index: 'export type { Shared } from "./shared.js";\nexport { Own } from "./own.js";\n',
      "testing/index": 'export { Shared as Both } from "../shared.js";\n',
      shared: 'import * as z from "zod/v4";\nexport declare class Shared {\n    schema: z.ZodType;\n}\n',
      own: 'import type { Shared } from "./shared.js";\nexport type Own = Shared[];\n',
    });
    expect(files["/dist/types/shared.d.ts"]).toMatch(/^import \* as z from "zod\/v4";\n/);
    expect(files["/dist/types/own.d.ts"]).toMatch(/^import \{ Shared \} from "\.\/shared\.js";\n/);
    // A class that was exported as a type only stays without its constructor.
    expect(files["/dist/index.d.ts"]).toContain('export { type Shared } from "./types/shared.js";');
    expect(files["/dist/testing/index.d.ts"]).toContain('export { Shared as Both } from "../types/shared.js";');
  });

  test("keep every overload", () => {
    const files = join({
      index: "export declare function f(a: string): void;\nexport declare function f(a: number): void;\n",
    });
    expect(files["/dist/types/f.d.ts"]).toMatch(/a: string[\s\S]*a: number/);
  });

  test("keep the comment that says what a door is for", () => {
    const files = join({ index: "/**\n * The door.\n *\n * @module\n */\n/** A. */\nexport type A = 1;\n" });
    expect(files["/dist/index.d.ts"]).toMatch(/^\/\*\*\n \* The door\./);
    expect(files["/dist/types/a.d.ts"]).toMatch(/^\/\*\* A\. \*\/\ntype A/);
  });

  test.each([
    [
      "two things of one name",
      {
        index: 'export { A } from "./one.js";\nexport { B } from "./two.js";\n',
        one: "interface X {}\nexport type A = X;\n",
        two: "interface X {}\nexport type B = X;\n",
      },
    ],
    ["a type that imports by path", { index: 'export declare function f(): import("./one.js").A;\n' }],
    ["a name that is not there", { index: 'export { A } from "./one.js";\n', one: "export {};\n" }],
  ])("are refused for %s, in words", (_, modules) => {
    expect(() => join(modules)).toThrow(/renames nothing|by name|does not export/);
  });
});
