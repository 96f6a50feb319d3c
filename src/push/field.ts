import * as z from "zod/v4";
import { describe } from "../internal/describe.js";

/** A field whose error says its name, what is wanted, and what came. */
export function field<T>(
  name: string,
  wanted: string,
  accepts: (given: unknown) => boolean,
  more: (given: unknown) => string = () => "",
): z.ZodType<T, T> {
  return z.custom<T>(accepts, {
    error: ({ input }) =>
      input === undefined || input === null
        ? `${name} is missing: it must be ${wanted}`
        : `${name} must be ${wanted}, not ${describe(input)}${more(input)}`,
  });
}

/** A field that holds text. `more` is said behind the text that is refused. */
export function text(
  name: string,
  wanted: string,
  accepts: (given: string) => boolean,
  more?: (given: string) => string,
): z.ZodType<string, string> {
  const isText = (given: unknown) => typeof given === "string" && accepts(given);
  return field<string>(name, wanted, isText, given => (typeof given === "string" ? (more?.(given) ?? "") : ""));
}
