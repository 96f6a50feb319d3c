import type { Call, Kept } from "./call.js";
import { MAX_SIZE, TEXT_BYTES } from "./limits.js";
import type { Turn } from "./turn.js";

/** Keeps a text beside a call. */
export function keep(turn: Turn, call: Call, text: string): Kept {
  const name = call.nextText++;
  turn.texts.push({ callId: call.id, name, text });
  return [name, text.length, bytesOf(text) + TEXT_BYTES];
}

/** Whether there is room for so many more characters of a call. */
export function fits(turn: Turn, call: Call, characters: number): boolean {
  if (call.state === "answered" && turn.isFull()) return false;
  return keptBy(call).reduce((sum, [, size]) => sum + size, characters) <= MAX_SIZE;
}

/** All texts that are kept beside a call. */
export function keptBy({ offer, ice, early, caller, callee, keptAnswer }: Call): Kept[] {
  const waiting = [...caller.waiting, ...(callee?.waiting ?? [])];
  return [
    ...(offer ? [offer] : []),
    ...(keptAnswer ? [keptAnswer.kept] : []),
    ...ice,
    ...Object.values(early).flat(),
    ...waiting.flatMap(one => ("kept" in one ? [one.kept] : [])),
  ];
}

/** What a text takes in memory: V8 has two bytes for each character where one of them is beyond Latin-1. */
export function bytesOf(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? text.length * 2 : text.length;
}
