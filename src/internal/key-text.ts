/** Text that is at least as long as a key, and has no dot as a file name would. */
export const BARE_BASE64 = /^[A-Za-z0-9+/=\s\\]{100,}$/;

/** Whether text is a key, or may be one, where something else is wanted. Such text must not be repeated in a message. */
export function isKeyText(given: unknown): boolean {
  return typeof given === "string" && (given.includes("-----BEGIN") || BARE_BASE64.test(given));
}
