/** Gives random numbers from 0 up to, not including, 1. The same seed gives the same numbers. */
export type Random = () => number;

/** A multiplicative congruential generator: good enough to choose who is called and who is killed. */
export function createRandom(seed: number): Random {
  const MODULUS = 2 ** 31 - 1;
  let state = (Math.abs(Math.trunc(seed)) % (MODULUS - 1)) + 1;
  return () => {
    state = (state * 48_271) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
}

export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

export function pick<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)];
}
