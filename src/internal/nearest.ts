/** The name most like the given one, whatever its case; undefined when none is much like it. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  // Beyond this, two names have little to do with each other.
  let fewest = Math.max(2, Math.ceil(given.length / 2)) + 1;
  for (const name of names) {
    const [a, b] = [given.toLowerCase(), name.toLowerCase()];
    // A name that begins with the other one is meant, however long the rest is.
    const edits = a.length > 2 && (a.startsWith(b) || b.startsWith(a)) ? 1 : editsBetween(a, b);
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

/** Letters to add, drop or change, or neighbours to swap, to make one text the other. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const change = last[column - 1]! + (isSame ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? beforeLast[column - 2]! + 1 : change;
      current.push(Math.min(last[column]! + 1, current[column - 1]! + 1, change, swap));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
