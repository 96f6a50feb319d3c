import * as z from "zod/v4";
import { describe } from "../../../internal/describe.js";
import { field } from "../../../push/field.js";

/** An object with these fields and no others: a misspelt name must not pass in silence. */
export function exact<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(", ") || "none";
  return z.strictObject(shape, {
    error: issue => {
      if (issue.code === "unrecognized_keys") return `no such field: ${issue.keys.join(", ")}; there are: ${known}`;
      return `wanted: an object with the fields ${known}; given: ${describe(issue.input)}`;
    },
  });
}

/** A whole number within bounds. */
export const whole = (name: string, least: number, most: number): z.ZodType<number, number> =>
  field<number>(
    name,
    `a whole number from ${least} to ${most}`,
    given => Number.isInteger(given) && Number(given) >= least && Number(given) <= most,
  );

/** One of a few words. */
export const word = <Word extends string>(name: string, words: readonly Word[]): z.ZodType<Word, Word> =>
  field<Word>(name, words.map(one => JSON.stringify(one)).join(" or "), given => words.some(one => one === given));

/** A date as ISO 8601 text, or as milliseconds since the epoch. */
export const time = (name: string) =>
  field<string | number>(name, "a date such as 2026-01-31T12:00:00Z, or milliseconds since the epoch", given =>
    typeof given === "number" ? isDate(given) : typeof given === "string" && isDate(Date.parse(given)),
  ).transform(given => new Date(given));

const isDate = (milliseconds: number): boolean => !Number.isNaN(new Date(milliseconds).getTime());
