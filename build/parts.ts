/** Which modules share a file. Fewer files load faster; files below gzip's window of 32 kB make the second copy cheap. */

/** A module as it is after tree shaking. */
export interface BuiltModule {
  readonly size: number;
  /** Ids of the modules that run before it. */
  readonly imports: readonly string[];
}

const MOST_BYTES = 24_000;

/**
 * Names the file of each module, by the last module in it. Starts are entries and what is imported late: modules that the
 * same starts load share files, so that none loads what it does not need. They are cut in the order in which they run, so
 * that no two files import each other.
 */
export function partsOf(modules: ReadonlyMap<string, BuiltModule>, starts: readonly string[]): Map<string, string> {
  const loadedBy = new Map<string, string[]>();
  for (const start of new Set(starts)) {
    for (const id of runningOrder(modules, start)) loadedBy.set(id, [...(loadedBy.get(id) ?? []), start]);
  }
  const open = new Map<string, { ids: string[]; size: number }>();
  const parts = new Map<string, string>();
  const close = (ids: readonly string[]) => {
    for (const id of ids) parts.set(id, ids.at(-1) as string);
  };
  for (const [id, by] of loadedBy) {
    const { size } = modules.get(id) as BuiltModule;
    const key = by.join();
    const part = open.get(key) ?? { ids: [], size: 0 };
    if (part.ids.length > 0 && part.size + size > MOST_BYTES) close(part.ids.splice(0));
    part.size = part.ids.length === 0 ? size : part.size + size;
    part.ids.push(id);
    open.set(key, part);
  }
  for (const { ids } of open.values()) close(ids);
  return parts;
}

function runningOrder(modules: ReadonlyMap<string, BuiltModule>, start: string, seen = new Set<string>()): string[] {
  if (seen.has(start)) return [];
  seen.add(start);
  const before = (modules.get(start)?.imports ?? []).flatMap(id => runningOrder(modules, id, seen));
  return modules.has(start) ? [...before, start] : before;
}
