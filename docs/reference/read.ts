import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** One key of an object type, as its source says it. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

/** An object type of the public surface. */
export interface Shape {
  readonly name: string;
  readonly doc: string;
  /** Another type whose keys it has, too. */
  readonly also: readonly string[];
  readonly members: readonly Member[];
}

const COMMENT = /\/\*\*\s*([\s\S]*?)\s*\*\//;
const MEMBER =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ +readonly (?:"([^"]+)"|(\w+))\??:\s*([^;{]+(?:\{[^}]*\}[^;]*)?);/gm;

/** What a doc comment says before its first tag, in one line. */
function sentences(comment = ""): string {
  const [text = ""] = comment.replace(/^\s*\* ?/gm, "").split(/^\s*@/m);
  return text
    .replaceAll(/\{@link (\w+)\}/g, "`$1`")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The object types that a sub-path exports under such a name, in the order of its source. */
export function shapesOf(entry: string, wanted: RegExp): Shape[] {
  return exportedTypes(entry)
    .filter(([name]) => wanted.test(name))
    .flatMap(([name, file]) => readShape(name, file) ?? []);
}

/** Names of types, and the file that declares each. */
function exportedTypes(file: string): [name: string, file: string][] {
  const text = readFileSync(file, "utf8");
  const own = [...text.matchAll(/^export (?:interface|type) (\w+)\b(?! *\{ )/gm)].map(
    ([, name = ""]): [string, string] => [name, file],
  );
  const passedOn = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "(\.[^"]+)";/gm)].flatMap(
    ([, names = "", path = ""]) => {
      const target = join(dirname(file), path.replace(/\.js$/, ".ts"));
      const wanted = new Set(names.split(",").map(name => name.replace("type ", "").trim()));
      return existsSync(target) ? exportedTypes(target).filter(([name]) => wanted.has(name)) : [];
    },
  );
  return [...own, ...passedOn];
}

function readShape(name: string, file: string): Shape | undefined {
  const text = readFileSync(file, "utf8");
  const head = `((?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?)export (?:interface|type) ${name}\\b`;
  // Lines inside a declaration are indented, so that it ends where one after a blank line is not.
  const declaration = new RegExp(`${head}([\\s\\S]*?)(?:\\n\\n(?=\\S)|$(?![\\s\\S]))`);
  const [, comment = "", body = ""] = declaration.exec(text) ?? [];
  const members = new Map<string, Member>();
  for (const [, doc, quoted, plain, type = ""] of `${body}\n`.matchAll(MEMBER)) {
    const key = quoted ?? plain ?? "";
    if (type.trim() !== "undefined" && !members.has(key)) {
      members.set(key, {
        name: key,
        type: type
          .trim()
          .replaceAll(/\s+/g, " ")
          .replace(/ \| undefined$/, ""),
        doc: sentences(doc),
      });
    }
  }
  if (members.size === 0) return undefined;
  const [first = ""] = body.split(/\{\n/);
  const also = [...first.matchAll(/\b([A-Z]\w+(?:Options|Tokens|Request))\b/g)].map(([, other = ""]) => other);
  return { name, doc: sentences(COMMENT.exec(comment)?.[1]), also: [...new Set(also)], members: [...members.values()] };
}

/** An event: its type, when it comes, and what it holds besides. */
export interface EventEntry {
  readonly type: string;
  readonly doc: string;
  readonly fields: readonly string[];
}

export function eventsOf(file: string): EventEntry[] {
  const text = readFileSync(file, "utf8");
  const form =
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?\| \{\s*readonly type: "([\w.-]+)"([\s\S]*?)\n? *\}(?=\s*(?:\||;|\/\*\*))/g;
  return [...text.matchAll(form)].map(([, doc, type = "", rest = ""]) => ({
    type,
    doc: sentences(doc),
    fields: [...rest.matchAll(/readonly (\w+)\??:/g)].map(([, name = ""]) => name),
  }));
}

/** The rows of the table in a doc comment, as they are. */
export function tableRows(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^ \* (\| `[A-Z_]+` \|.*)$/gm)].map(([, row = ""]) => row);
}
