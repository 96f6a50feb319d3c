/**
 * True for what is absent: `undefined`, JSON `null`, blank text, and the text that other languages make of nothing (`"null"`,
 * `"nil"`, `"(null)"`, `"<null>"`, `"undefined"`), which apps send for what they do not have.
 */
export function isNothing(given: unknown): given is undefined | null {
  if (given === undefined || given === null) return true;
  return typeof given === "string" && /^\s*(?:null|nil|\(null\)|<null>|undefined)?\s*$/i.test(given);
}
