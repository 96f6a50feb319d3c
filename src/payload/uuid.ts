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
