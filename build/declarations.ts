/**
 * Joins the declarations of all modules: what a door shows and what that needs, in a file for each set of doors that needs it.
 * What no door shows is left out. Nothing is renamed, so an editor shows the names and comments that we wrote.
 */
import { dirname, relative } from "node:path";
import { type DeclarationModule, type Elsewhere, readDeclarations } from "./declaration-module.ts";

/** A name where it is declared, or the package that it comes from. */
interface Target {
  readonly file: string;
  readonly name?: string | undefined;
  readonly isOurs: boolean;
  readonly typeOnly: boolean;
}

const idOf = ({ file, name }: Target) => `${file}#${name}`;

/**
 * The files to write, by path.
 *
 * @param folder - Where declarations go that several doors need.
 */
export function joinDeclarations(
  read: (file: string) => string,
  doors: readonly string[],
  folder: string,
): Map<string, string> {
  const modules = new Map<string, DeclarationModule>();
  const moduleOf = (file: string) => {
    const known = modules.get(file) ?? readDeclarations(file, read(file));
    modules.set(file, known);
    return known;
  };

  function elsewhere({ from, name, typeOnly }: Elsewhere): Target {
    if (!from.endsWith(".d.ts")) return { file: from, name, isOurs: false, typeOnly };
    if (name === undefined) throw new Error(`import * of ${from}: import by name, so that the build can follow it`);
    const exported = moduleOf(from).exports.get(name);
    if (exported === undefined) throw new Error(`${from} does not export ${name}`);
    const target = typeof exported === "string" ? inFile(from, exported) : elsewhere(exported);
    if (target === undefined) throw new Error(`${from} exports ${name}, which is not there`);
    return { ...target, typeOnly: typeOnly || target.typeOnly };
  }

  /** What a name means in that file; nothing where it is one of the language's own, or a parameter. */
  function inFile(file: string, name: string): Target | undefined {
    const { declarations, imports } = moduleOf(file);
    if (declarations.has(name)) return { file, name, isOurs: true, typeOnly: false };
    const imported = imports.get(name);
    return imported && elsewhere(imported);
  }

  const neededBy = new Map<string, { target: Target; doors: Set<string> }>();
  function need(target: Target, door: string): void {
    const entry = neededBy.get(idOf(target)) ?? { target, doors: new Set() };
    neededBy.set(idOf(target), entry);
    if (!target.isOurs || entry.doors.has(door)) return;
    entry.doors.add(door);
    for (const declaration of declarationsOf(target))
      for (const name of declaration.names()) {
        const used = inFile(target.file, name);
        if (used) need(used, door);
      }
  }
  const declarationsOf = ({ file, name = "" }: Target) => moduleOf(file).declarations.get(name) ?? [];

  const shown = new Map(
    doors.map(door => [
      door,
      [...moduleOf(door).exports.keys()].map(name => [name, elsewhere({ from: door, name, typeOnly: false })] as const),
    ]),
  );
  for (const [door, targets] of shown) for (const [, target] of targets) need(target, door);

  const sizeOf = (target: Target) => declarationsOf(target).reduce((sum, { text }) => sum + text.length, 0);
  const ours = [...neededBy.values()].filter(({ target }) => target.isOurs);
  const places = placesOf(
    ours.map(one => ({ ...one, size: sizeOf(one.target) })),
    folder,
  );
  const files = new Map(doors.map(door => [door, new Written(door, moduleOf(door).head)]));
  for (const [file] of [...modules].sort(([one], [other]) => (one < other ? -1 : 1))) {
    for (const [name, declarations] of moduleOf(file).declarations) {
      const place = places.get(`${file}#${name}`);
      if (place === undefined) continue;
      const written = files.get(place) ?? new Written(place, "");
      files.set(place, written);
      written.declare(name, declarations.map(({ text }) => text).join("\n"));
      for (const local of new Set(declarations.flatMap(declaration => [...declaration.names()]))) {
        const used = inFile(file, local);
        if (used === undefined) continue;
        if (used.isOurs && used.name !== local)
          throw new Error(`${file}: ${used.name} is called ${local} there; the build renames nothing`);
        written.use(local, used, places.get(idOf(used)));
      }
    }
  }
  for (const [door, targets] of shown) {
    for (const [name, target] of targets) files.get(door)?.show(name, target, places.get(idOf(target)));
  }
  for (const [place, written] of files) if (!doors.includes(place)) written.showAll();
  return new Map([...files].map(([file, written]) => [file, written.text()]));
}

interface Needed {
  readonly target: Target;
  readonly size: number;
  readonly doors: ReadonlySet<string>;
}

/** Two copies of a file lie side by side in the tarball, and gzip looks back 32 kB. */
const MOST_BYTES = 24_000;

/** What the same doors need stands together, in a file that is named after the largest thing in it. */
function placesOf(needed: readonly Needed[], folder: string): Map<string, string> {
  const groups = new Map<string, Needed[][]>();
  for (const one of needed) {
    const key = [...one.doors].sort().join();
    const group = groups.get(key) ?? [[]];
    groups.set(key, group);
    const last = group.at(-1) as Needed[];
    if (last.length > 0 && last.reduce((sum, { size }) => sum + size, one.size) > MOST_BYTES) group.push([one]);
    else last.push(one);
  }
  const places = new Map<string, string>();
  for (const together of [...groups.values()].flat()) {
    const { target } = together.reduce((one, other) => (other.size > one.size ? other : one));
    const file = `${folder}/${kebab(target.name ?? "")}.d.ts`;
    if ([...places.values()].includes(file)) throw new Error(`two files would be called ${file}`);
    for (const one of together) places.set(idOf(one.target), file);
  }
  return places;
}

const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])|_/g, "-").toLowerCase();

/** A file in the making. */
class Written {
  readonly #file: string;
  readonly #head: string;
  readonly #imports = new Map<string, Set<string>>();
  readonly #namespaces = new Set<string>();
  readonly #declared = new Map<string, string>();
  readonly #shown = new Map<string, Set<string>>();

  constructor(file: string, head: string) {
    this.#file = file;
    this.#head = head;
  }

  declare(name: string, text: string): void {
    if (this.#declared.has(name))
      throw new Error(`two declarations in ${this.#file} are called ${name}; the build renames nothing`);
    this.#declared.set(name, text);
  }

  use(local: string, { file, name, isOurs }: Target, place: string | undefined): void {
    if (isOurs && place === this.#file) return;
    const from = isOurs ? this.#pathTo(place as string) : file;
    if (name === undefined) this.#namespaces.add(`import * as ${local} from "${from}";`);
    else add(this.#imports, from, name === local ? name : `${name} as ${local}`);
  }

  show(outside: string, { file, name = "", isOurs, typeOnly }: Target, place: string | undefined): void {
    const from = isOurs ? (place === this.#file ? "" : this.#pathTo(place as string)) : file;
    const one = name === outside ? name : `${name} as ${outside}`;
    add(this.#shown, from, typeOnly ? `type ${one}` : one);
  }

  showAll(): void {
    for (const name of this.#declared.keys()) add(this.#shown, "", name);
  }

  text(): string {
    const list = (names: ReadonlySet<string>) => `{ ${[...names].sort().join(", ")} }`;
    return [
      `${this.#head}${[...this.#namespaces].join("\n")}`.trim(),
      ...[...this.#imports].map(([from, names]) => `import ${list(names)} from "${from}";`),
      ...this.#declared.values(),
      ...[...this.#shown].map(([from, names]) => `export ${list(names)}${from && ` from "${from}"`};`),
      "export {};\n",
    ]
      .filter(line => line !== "")
      .join("\n");
  }

  #pathTo(place: string): string {
    const path = relative(dirname(this.#file), place).replace(/\.d\.ts$/, ".js");
    return path.startsWith(".") ? path : `./${path}`;
  }
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}
