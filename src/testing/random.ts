/** Random values of a seed: the same seed gives the same tokens and ids in the same order. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, not including, 1. */
  number(): number;
  /** Lower-case hex of that many bytes. */
  hex(bytes: number): string;
  /** A version 4 UUID, in lower case. */
  uuid(): string;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  // The generator is mulberry32. Its 32 bits of state are enough for test data.
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  const hex = (bytes: number) =>
    Array.from({ length: bytes }, () =>
      Math.floor(number() * 256)
        .toString(16)
        .padStart(2, "0"),
    ).join("");

  return {
    seed,
    number,
    hex,
    uuid() {
      const digits = hex(16);
      const variant = "89ab"[Math.floor(number() * 4)];
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}
