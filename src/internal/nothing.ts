/**
 * True for what is absent: `undefined`, JSON `null`, blank text, and the text that other languages make of nothing (`"null"`,
 * `"nil"`, `"(null)"`, `"<null>"`, `"undefined"`), which apps send for what they do not have.
 */
export function isNothing(given: unknown): given is undefined | null {
  if (given === undefined || given === null) return true;
  return typeof given === "string" && /^\s*(?:null|nil|\(null\)|<null>|undefined)?\s*$/i.test(given);
}

/**
 * True for a device id that names no phone: what is nothing, and what every phone sends. iOS gives zeros for an advertising id that
 * it withholds, libraries say `unknown`. Two phones that were taken for one would evict each other's token.
 */
export function isNoDeviceId(given: unknown): boolean {
  return isNothing(given) || (typeof given === "string" && /^\s*(?:0{8}(?:-0{4}){3}-0{12}|unknown)\s*$/i.test(given));
}
