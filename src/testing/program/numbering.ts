/** Numbers the items of a list that only grows at its end (and may forget its beginning): 1, 2, 3, never used twice. */
export interface Numbering<Item extends object> {
  /** Numbers what is new in the list, in order. */
  number(list: readonly Item[]): void;
  of(item: Item): number;
}

export function createNumbering<Item extends object>(): Numbering<Item> {
  const numbers = new WeakMap<Item, number>();
  let last = 0;

  return {
    number(list) {
      const known = list.findLastIndex(item => numbers.has(item));
      for (const item of list.slice(known + 1)) {
        last += 1;
        numbers.set(item, last);
      }
    },
    of: item => numbers.get(item) ?? 0,
  };
}
