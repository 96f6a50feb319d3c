/** One file of declarations as tsc has written it, taken apart: what it declares, imports and exports. */
import { dirname, join } from "node:path";
import { parseSync } from "rolldown/utils";

type Node = Record<string, unknown> & { readonly type: string; readonly start: number; readonly end: number };

/** A name in another file; without `name` it is all that the file exports. */
export interface Elsewhere {
  /** A path for a module of ours, else a package. */
  readonly from: string;
  readonly name?: string;
  /** By `export type`: a class is shown without its constructor. */
  readonly typeOnly: boolean;
}

/** A function with overloads, or an interface that is a constant too, has several statements. */
export interface Declaration {
  /** With the comment above it, and without `export`. */
  readonly text: string;
  /** Every name it may mean; which of them this file knows, its reader finds out. */
  names(): ReadonlySet<string>;
}

export interface DeclarationModule {
  /** The comment at the top, which says what a door is for. */
  readonly head: string;
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>;
  /** By the name in this file. */
  readonly imports: ReadonlyMap<string, Elsewhere>;
  /** By the name outside; a string is a name in this file. */
  readonly exports: ReadonlyMap<string, string | Elsewhere>;
}

export function readDeclarations(file: string, text: string): DeclarationModule {
  const declarations = new Map<string, Declaration[]>();
  const imports = new Map<string, Elsewhere>();
  const exports = new Map<string, string | Elsewhere>();
  const { program, errors } = parseSync(file, text, { lang: "dts" });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const [head = ""] = /^\/\*\*(?:(?!\*\/)[\s\S])*@module[\s\S]*?\*\/\n/.exec(text) ?? [];
  const pathOf = (source: string) =>
    source.startsWith(".") ? join(dirname(file), source.replace(/\.js$/, ".d.ts")) : source;

  function declare(node: Node, from: number, isExported: boolean): void {
    const name = nameOf(node);
    const comment = text
      .slice(from, node.start)
      .replace(head, "")
      .replace(/export\s*$/, "")
      .trim();
    const code = text.slice(node.start, node.end);
    const declaration = { text: comment === "" ? code : `${comment}\n${code}`, names: () => namesIn(node) };
    declarations.set(name, [...(declarations.get(name) ?? []), declaration]);
    if (isExported) exports.set(name, name);
  }

  let end = 0;
  for (const node of program.body as unknown as Node[]) {
    if (node.type === "ImportDeclaration") readImport(node);
    else if (node.type === "ExportNamedDeclaration") readExport(node, end);
    else if (nameOf(node) === "")
      throw new Error(`${file}: no form for ${node.type}: ${text.slice(node.start, node.end)}`);
    else declare(node, end, false);
    end = node.end;
  }
  return { head, declarations, imports, exports };

  function readImport(node: Node): void {
    const from = pathOf(textOf(node.source));
    for (const one of node.specifiers as Node[]) {
      const name = one.type === "ImportSpecifier" ? textOf(one.imported) : undefined;
      imports.set(textOf(one.local), { from, typeOnly: false, ...(name !== undefined && { name }) });
    }
  }

  function readExport(node: Node, from: number): void {
    if (node.declaration) declare(node.declaration as Node, from, true);
    for (const one of node.specifiers as Node[]) {
      const typeOnly = node.exportKind === "type" || one.exportKind === "type";
      const [name, outside] = [textOf(one.local), textOf(one.exported)];
      exports.set(outside, node.source ? { from: pathOf(textOf(node.source)), name, typeOnly } : name);
    }
  }
}

/** Of an identifier or a literal. */
const textOf = (node: unknown) => ((node as Node).name ?? (node as Node).value) as string;

/** What a declaration is called; nothing for what is none, or for one with a pattern. */
function nameOf(node: Node): string {
  const [variable] = (node.declarations ?? []) as Node[];
  const id = (node.id ?? variable?.id) as Node | undefined;
  return id?.type === "Identifier" ? textOf(id) : "";
}

/** What names a member, and is no reference. */
const MEMBER_NAMES: ReadonlySet<string> = new Set(["key", "label", "right", "property", "parameterName"]);

function namesIn(node: Node, found = new Set<string>()): Set<string> {
  if (node.type === "Identifier") found.add(textOf(node));
  if (node.type === "TSImportType" && textOf(node.source).startsWith("."))
    throw new Error(
      `import(${JSON.stringify(textOf(node.source))}) in a type: import it by name, so that the build can follow it`,
    );
  for (const [key, value] of Object.entries(node)) {
    if (MEMBER_NAMES.has(key) && node.computed !== true && (value as Node | null)?.type === "Identifier") continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null && "type" in child) namesIn(child as Node, found);
    }
  }
  return found;
}
