import type { Delays } from "./servers/delay.ts";
import type { Nghttpd } from "./servers/nghttpd.ts";

/** How thorough a run is. */
export type Depth = "quick" | "full";

/** What every part works with. */
export interface Context {
  readonly depth: Depth;
  readonly server: Nghttpd;
  readonly delays: Delays;
  /** Measurements that take long and are made only when asked for: `tenMillion` users, twenty minutes `idle`. */
  readonly extras: ReadonlySet<string>;
  /** Prints one line about what is being done. */
  say(line: string): void;
}

/** A ratio that a change must not make worse. */
export interface Budget {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  /** `undefined` when it was not measured. */
  readonly met: boolean | undefined;
}

/** One kind of measurement: how it is made and how it is shown. */
export interface Part<Result> {
  readonly name: string;
  readonly title: string;
  measure(context: Context): Promise<Result>;
  /** Markdown. */
  report(result: Result): string;
  budgets?(result: Result): readonly Budget[];
  /** SVG by file name. */
  plots?(result: Result): Readonly<Record<string, string>>;
}

/** A budget for a figure that must be at least `wanted`, most often a ratio to another library. */
export function atLeast(what: string, measured: number | undefined, wanted: number): Budget {
  return budget(what, `≥ ${wanted}`, measured, measured !== undefined && measured >= wanted);
}

/** A budget for a figure that must be at most `wanted`. */
export function atMost(what: string, measured: number | undefined, wanted: number): Budget {
  return budget(what, `≤ ${wanted}`, measured, measured !== undefined && measured <= wanted);
}

function budget(what: string, wanted: string, measured: number | undefined, met: boolean): Budget {
  if (measured === undefined) return { what, wanted, measured: "not measured", met: undefined };
  return { what, wanted, measured: measured.toFixed(2), met };
}
