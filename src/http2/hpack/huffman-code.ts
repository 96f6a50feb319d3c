/**
 * RFC 7541 appendix B. The code is canonical: codes are given out by length, then by symbol, so that the lengths say it all.
 * One length in bits for each octet, then that of EOS.
 */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];

/** A leaf has a symbol; every other node has both branches. */
export interface HuffmanNode {
  readonly symbol: number;
  zero: HuffmanNode | undefined;
  one: HuffmanNode | undefined;
}

export const EOS = 256;

const node = (symbol = -1): HuffmanNode => ({ symbol, zero: undefined, one: undefined });

/** The tree of all codes. */
export function huffmanTree(): HuffmanNode {
  const root = node();
  const symbols = LENGTHS.map((length, symbol) => ({ length, symbol }));
  symbols.sort((a, b) => a.length - b.length || a.symbol - b.symbol);
  let code = 0;
  let previous = 0;
  for (const { length, symbol } of symbols) {
    code <<= length - previous;
    previous = length;
    plant(root, code, length, symbol);
    code++;
  }
  return root;
}

function plant(root: HuffmanNode, code: number, length: number, symbol: number): void {
  let at = root;
  for (let bit = length - 1; bit >= 0; bit--) {
    const branch = (code >> bit) & 1 ? "one" : "zero";
    at[branch] ??= node(bit === 0 ? symbol : -1);
    at = at[branch];
  }
}
