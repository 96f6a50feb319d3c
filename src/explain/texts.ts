import type { Language } from "./language.js";

/** The English texts `T` in another language: the same ids, and lists of the same length. One left out does not compile. */
export type Texts<T> = T extends string ? string : { readonly [Id in keyof T]: Texts<T[Id]> };

/** The English texts `T`, and the same in every other language. A language that is left out does not compile. */
export type InEveryLanguage<T> = Readonly<Record<Language, Texts<T>>>;

/** Fills the places of a text: `{user}` becomes `values.user`. A place without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number | undefined>>): string {
  return text.replace(/\{([a-z][A-Za-z0-9]*)\}/g, (place, name: string) => String(values[name] ?? place));
}
