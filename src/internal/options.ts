import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import { describe } from "./describe.js";
import { isKeyText } from "./key-text.js";
import { nearest } from "./nearest.js";

/** Judges one option; `path` says where it stands. Without issues it is fine. */
export type OptionCheck = (given: unknown, path: string) => readonly ApnsVoipIssue[];

/** One check for each option that exists: an option without one does not compile. */
export type OptionChecks<Options> = { readonly [Name in keyof Options]-?: OptionCheck };

/** Judges what depends on several options at once. It runs also when one of them is wrong, so it must not trust their types. */
type Together<Options> = (options: Options) => readonly ApnsVoipIssue[];

/**
 * Judges the options of `maker` and says everything that is wrong with them at once, in one form: what was given, what is
 * wanted, where. An option that does not exist is refused, unless it is `undefined`: a typo must not go unnoticed.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`.
 */
export function checkOptions<Options extends object>(
  maker: string,
  given: unknown,
  checks: OptionChecks<Options>,
  together: Together<Options> = () => [],
): void {
  const options = given ?? {};
  const issues = judge(options, checks, "");
  if (isObject(options)) issues.push(...together(options as Options));
  // What is missing has been named. A maker that needs nothing would stumble over null.
  if (given === null && issues.length === 0) issues.push(wrong("", "an object of options", given));
  if (issues.length > 0) throw invalidOptions(maker, issues);
}

export function invalidOptions(maker: string, issues: readonly ApnsVoipIssue[]): ApnsVoipError {
  const list = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  return new ApnsVoipError("INVALID_OPTIONS", `${maker}: ${list}`, { issues });
}

/** An option that may be absent. */
export function wants(wanted: string, accepts: (given: never) => boolean): OptionCheck {
  return (given, path) => (given === undefined || accepts(given as never) ? [] : [wrong(path, wanted, given)]);
}

/** An option that must be there. */
export function needs(wanted: string, accepts: (given: never) => boolean): OptionCheck {
  return (given, path) => (given !== undefined && accepts(given as never) ? [] : [wrong(path, wanted, given)]);
}

/**
 * An object or a function that may be absent. Text in its place is not quoted, because it may be a secret that belongs elsewhere, or
 * the URL of a server with its password.
 */
export function wantsThing(wanted: string, accepts: (given: unknown) => boolean): OptionCheck {
  return (given, path) =>
    given === undefined || accepts(given) ? [] : [wrong(path, wanted, given, thingShown(given))];
}

/** The same, where it must be there. */
export function needsThing(wanted: string, accepts: (given: unknown) => boolean): OptionCheck {
  return (given, path) =>
    given !== undefined && accepts(given) ? [] : [wrong(path, wanted, given, thingShown(given))];
}

/** Options within an option. `whole` says what it is: ``{ production, sandbox }``. */
export function group<Options extends object>(whole: string, checks: OptionChecks<Options>): OptionCheck {
  return (given, path) => {
    if (given === undefined) return [];
    return isObject(given) ? judge(given, checks, `${path}.`) : [wrong(path, whole, given, thingShown(given))];
  };
}

export const isFunction = (given: unknown): boolean => typeof given === "function";

export const aFunction: OptionCheck = wantsThing("a function", isFunction);

export const aText: OptionCheck = wants("text", given => typeof given === "string");

export const aFlag: OptionCheck = wants("true or false", given => typeof given === "boolean");

export const aClock: OptionCheck = wantsThing("an object with `now` and `setTimeout`", has("now", "setTimeout"));

export function oneOf(...values: readonly string[]): OptionCheck {
  const quoted = values.map(value => JSON.stringify(value));
  const wanted = [quoted.slice(0, -1).join(", "), quoted.at(-1)].filter(Boolean).join(" or ");
  return wants(wanted, (given: unknown) => values.includes(given as string));
}

/** `unit` begins the sentence: `milliseconds`, `a whole number`. */
export function range(unit: string, least: number, most: number): OptionCheck {
  return wants(`${unit} from ${least} to ${most}`, given => isNumber(given) && given >= least && given <= most);
}

export function whole(least: number, most: number): OptionCheck {
  const isWhole = (given: unknown) =>
    Number.isInteger(given) && (given as number) >= least && (given as number) <= most;
  return wants(
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least} up` : `a whole number from ${least} to ${most}`,
    isWhole,
  );
}

/** An object, or a function with members, that has these methods. */
export function has(...methods: readonly string[]): (given: unknown) => boolean {
  return given =>
    (isObject(given) || typeof given === "function") &&
    methods.every(name => typeof (given as Record<string, unknown>)[name] === "function");
}

/** One thing that is wrong. `shown` stands in for the value, where that must not be repeated. */
export function wrong(path: string, wanted: string, given: unknown, shown?: string): ApnsVoipIssue {
  const what = shown === undefined && given === undefined ? "missing" : `${shown ?? shownAs(given)} given`;
  return { path, message: `${what}; wanted: ${wanted}` };
}

function judge<Options extends object>(given: unknown, checks: OptionChecks<Options>, prefix: string): ApnsVoipIssue[] {
  if (!isObject(given)) return [wrong("", "an object of options", given, thingShown(given))];
  const options = given as Record<string, unknown>;
  const known = Object.keys(checks);
  const unknown = Object.keys(options).filter(key => options[key] !== undefined && !known.includes(key));
  return [
    ...unknown.map(key => doesNotExist(key, known, prefix)),
    ...Object.entries<OptionCheck>(checks).flatMap(([key, check]) => check(options[key], `${prefix}${key}`)),
  ];
}

function doesNotExist(key: string, known: readonly string[], prefix: string): ApnsVoipIssue {
  const shown = /^[\w.-]{1,60}$/.test(key) ? key : describe(key);
  const near = nearest(key, known);
  const instead =
    near === undefined ? `there are ${known.map(name => prefix + name).join(", ")}` : `did you mean ${prefix}${near}?`;
  return { path: `${prefix}${shown}`, message: `there is no such option; ${instead}` };
}

function shownAs(given: unknown): string {
  if (isKeyText(given)) return "a key";
  return typeof given === "string" && WITH_PASSWORD.test(given) ? "a URL with a user name" : describe(given);
}

/** `redis://user:password@host`, also without the scheme. */
const WITH_PASSWORD = /^\S*:\S*@/;

function thingShown(given: unknown): string | undefined {
  return typeof given === "string" ? `text of ${given.length} characters` : undefined;
}

function isObject(given: unknown): given is object {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function isNumber(given: unknown): given is number {
  return typeof given === "number" && !Number.isNaN(given);
}
