import * as z from "zod/v4";
import { describe } from "../internal/describe.js";

/** A field whose error says its name, what is wanted, and what came. */
export function field<T>(name: string, wanted: string, accepts: (given: unknown) => boolean): z.ZodType<T, T> {
  return z.custom<T>(accepts, {
    error: ({ input }) =>
      input === undefined || input === null
        ? `${name} is missing: it must be ${wanted}`
        : `${name} must be ${wanted}, not ${describe(input)}`,
  });
}

/** A field that holds text. */
export function text(name: string, wanted: string, accepts: (given: string) => boolean): z.ZodType<string, string> {
  return field<string>(name, wanted, given => typeof given === "string" && accepts(given));
}
