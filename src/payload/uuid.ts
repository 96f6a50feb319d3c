import { sha1 } from "./sha1.js";

/**
 * A random UUID in lower case. A phone's JavaScript engine may lack `crypto`; a call id need not be unguessable, and a
 * weaker one is better than a call that nobody reports.
 */
export function drawUuid(): string {
  return globalThis.crypto?.randomUUID?.() ?? TEMPLATE.replace(/[xy]/g, digit);
}

const TEMPLATE = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

function digit(place: string): string {
  const random = Math.floor(Math.random() * 16);
  return (place === "x" ? random : (random & 0b0011) | 0b1000).toString(16);
}

/** Any UUID that Apple's `UUID(uuidString:)` reads, which asks for no particular version. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The namespace of call ids, drawn once. Code that makes the UUID of a call elsewhere needs it. */
export const CALL_ID_NAMESPACE = "5b1f6d3a-9c0e-4f7d-8a52-2e6c41d7b0f3";

/** The UUID of a call id, the same wherever and whenever it is made: version 5 in {@link CALL_ID_NAMESPACE}. */
export function uuidOfCallId(callId: string): string {
  const namespace = CALL_ID_NAMESPACE.replaceAll("-", "").match(/../g)!;
  const name = new TextEncoder().encode(callId);
  const hash = sha1(Uint8Array.from([...namespace.map(byte => Number.parseInt(byte, 16)), ...name]));
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = Array.from(hash.subarray(0, 16), byte => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
