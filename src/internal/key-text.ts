/** As long as a key at least, and without a dot as a file name would have. */
export const BARE_BASE64 = /^[A-Za-z0-9+/=\s\\]{100,}$/;

/** Whether this is a key, or as good as one, where something else is wanted: then it must not be repeated. */
export function isKeyText(given: unknown): boolean {
  return typeof given === "string" && (given.includes("-----BEGIN") || BARE_BASE64.test(given));
}
