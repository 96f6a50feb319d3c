/** Something that was used at that time: epoch milliseconds. */
export interface Use {
  readonly what: string;
  readonly at: number;
}

/** How many things were alive at once at most, each from its first use to its last. */
export function mostAlive(uses: readonly Use[]): number {
  const lives = new Map<string, { first: number; last: number }>();
  for (const { what, at } of uses) {
    const life = lives.get(what) ?? { first: at, last: at };
    lives.set(what, { first: Math.min(life.first, at), last: Math.max(life.last, at) });
  }
  const all = [...lives.values()];
  const aliveAt = (time: number) => all.filter(({ first, last }) => first <= time && time <= last).length;
  return Math.max(0, ...all.map(({ first }) => aliveAt(first)));
}
