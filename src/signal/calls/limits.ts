import type { Call } from "./call.js";

/** Characters of JSON kept per call. */
export const MAX_SIZE = 131_072;
/** Candidates kept per call and phone. */
export const MAX_CANDIDATES = 200;
/** Ringing calls per caller. */
export const MAX_RINGING = 50;
/** Calls per caller that are over and still owed to phones. */
export const MAX_OVER = 50;
/** Characters of JSON kept in all. */
export const MAX_TOTAL_SIZE = 67_108_864;
/** Milliseconds that an answered call is known at most. */
export const DAY = 86_400_000;
/** Phones of a user that a call keeps apart. */
export const MAX_PHONES = 200;

/** Whether a call has room for one more of what it keeps. */
export function fits(call: Call, one: unknown): boolean {
  const { offer, ice, early, caller, callee } = call;
  return sizeOf([offer, ice, early, caller.waiting, callee?.waiting]) + sizeOf(one) <= MAX_SIZE;
}

export function sizeOf(json: unknown): number {
  return JSON.stringify(json)?.length ?? 0;
}
