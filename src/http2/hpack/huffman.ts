import { HpackError } from "./hpack-error.js";
import { EOS, type HuffmanNode, huffmanTree } from "./huffman-code.js";

/**
 * Four bits at a time: `steps[state * 16 + bits]` says where they lead and which octet they complete (at most one, because the
 * shortest code has five bits). A state is an inner node of the tree; state 0 is its root, between two octets.
 */
interface Decoding {
  readonly steps: Uint32Array;
  /** 1 for the states in which a text may end: between octets, or after fewer than 8 bits of EOS (RFC 7541 §5.2). */
  readonly mayEnd: Uint8Array;
}

/** A step has the next state in its last 8 bits, then two flags, and the octet above them. */
const STATE = 0xff;
const COMPLETES = 0x100;
const IS_EOS = 0x200;
const OCTET_SHIFT = 16;

/** Made when the first Huffman text comes: many a server sends none. */
let decoding: Decoding | undefined;

let octets = Buffer.allocUnsafe(512);

/** The text whose Huffman form lies between the two places. */
export function decodeHuffman(block: Buffer, start: number, end: number): string {
  decoding ??= makeDecoding();
  const { steps, mayEnd } = decoding;
  // Octets at most, because the shortest code has five bits.
  const most = Math.ceil(((end - start) * 8) / 5);
  if (octets.length < most) octets = Buffer.allocUnsafe(most);
  const out = octets;
  let length = 0;
  let state = 0;
  for (let at = start; at < end; at++) {
    const octet = block[at] as number;
    const high = steps[(state << 4) | (octet >> 4)] as number;
    if (high & COMPLETES) out[length++] = high >> OCTET_SHIFT;
    const low = steps[((high & STATE) << 4) | (octet & 15)] as number;
    if (low & COMPLETES) out[length++] = low >> OCTET_SHIFT;
    if ((high | low) & IS_EOS) throw new HpackError("a Huffman text contains EOS");
    state = low & STATE;
  }
  if (mayEnd[state] === 0)
    throw new HpackError("a Huffman text ends in the middle of an octet, or its padding is not EOS's");
  const text = out.toString("latin1", 0, length);
  if (octets.length > 16_384) octets = Buffer.allocUnsafe(512);
  return text;
}

function makeDecoding(): Decoding {
  const root = huffmanTree();
  const states = innerNodes(root);
  const numbers = new Map(states.map((state, number) => [state, number]));
  const steps = new Uint32Array(states.length * 16);
  for (const [number, state] of states.entries())
    for (let bits = 0; bits < 16; bits++) steps[number * 16 + bits] = step(root, state, bits, numbers);
  const mayEnd = new Uint8Array(states.length);
  let padding: HuffmanNode = root;
  for (let bits = 0; bits < 8; bits++) {
    mayEnd[numbers.get(padding) as number] = 1;
    padding = padding.one as HuffmanNode;
  }
  return { steps, mayEnd };
}

/** The inner nodes of the tree, the root first. */
function innerNodes(root: HuffmanNode): HuffmanNode[] {
  const nodes = [root];
  for (const { zero, one } of nodes)
    for (const child of [zero, one]) if (child !== undefined && child.symbol < 0) nodes.push(child);
  return nodes;
}

function step(root: HuffmanNode, from: HuffmanNode, bits: number, numbers: ReadonlyMap<HuffmanNode, number>): number {
  let at = from;
  let completed = 0;
  for (let bit = 3; bit >= 0; bit--) {
    at = ((bits >> bit) & 1 ? at.one : at.zero) as HuffmanNode;
    if (at.symbol < 0) continue;
    if (at.symbol === EOS) return IS_EOS;
    completed = COMPLETES | (at.symbol << OCTET_SHIFT);
    at = root;
  }
  return completed | (numbers.get(at) as number);
}
