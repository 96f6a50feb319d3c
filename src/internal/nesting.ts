/**
 * Levels of objects and lists within each other. A recursive reader of deeper ones runs out of stack sooner or later,
 * and no payload is so deep.
 */
export const DEEPEST = 100;

/** Whether objects and lists in a value are nested deeper than `DEEPEST`. Looks at it without going down into it itself. */
export function isNestedTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap(one => (typeof one === "object" && one !== null ? Object.values(one).filter(isNest) : []));
  }
  return false;
}

function isNest(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
