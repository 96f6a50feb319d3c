import { at, COLOURS, GRID, line, picture, text } from "./svg.ts";
import { show } from "./table.ts";

export interface Axis {
  readonly label: string;
  /** Steps of ten, for what grows over orders of magnitude. */
  readonly log?: boolean;
}

export interface LinePlot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly label: string; readonly points: readonly (readonly [number, number])[] }[];
}

const WIDTH = 720;
const HEIGHT = 380;
const BOX = { left: 70, right: WIDTH - 180, top: 40, bottom: HEIGHT - 50 };

/** One line each, with a legend beside them. */
export function lines({ title, x, y, series }: LinePlot): string {
  const points = series.flatMap(({ points }) => points).filter(point => point.every(Number.isFinite));
  const across = scaleOf(
    x,
    points.map(([value]) => value),
    BOX.left,
    BOX.right,
  );
  const up = scaleOf(
    y,
    points.map(([, value]) => value),
    BOX.bottom,
    BOX.top,
  );
  const grid = [
    ...across.ticks.flatMap(tick => [
      line(across.at(tick), BOX.top, across.at(tick), BOX.bottom, GRID),
      text(across.at(tick), BOX.bottom + 16, show(tick), `text-anchor="middle"`),
    ]),
    ...up.ticks.flatMap(tick => [
      line(BOX.left, up.at(tick), BOX.right, up.at(tick), GRID),
      text(BOX.left - 6, up.at(tick) + 4, show(tick), `text-anchor="end"`),
    ]),
    text((BOX.left + BOX.right) / 2, HEIGHT - 12, x.label, `text-anchor="middle"`),
    text(BOX.left - 58, BOX.top - 6, y.label),
  ];
  const drawn = series.flatMap(({ label, points }, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = points.map(([px, py]) => `${at(across.at(px))},${at(up.at(py))}`).join(" ");
    const legend = BOX.top + 10 + index * 20;
    const dots = points.length > 30 ? [] : points.map(([px, py]) => dot(across.at(px), up.at(py), colour));
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...dots,
      line(BOX.right + 12, legend, BOX.right + 32, legend, colour, 3),
      text(BOX.right + 38, legend + 4, label),
    ];
  });
  return picture(WIDTH, HEIGHT, title, [...grid, ...drawn]);
}

function dot(x: number, y: number, colour: string): string {
  return `<circle cx="${at(x)}" cy="${at(y)}" r="3" fill="${colour}"/>`;
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scaleOf({ log = false }: Axis, values: readonly number[], from: number, to: number): Scale {
  if (log) {
    const low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
    return {
      ticks: Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step)),
      at: value => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    };
  }
  const step = niceStep(Math.max(...values, 1e-9) / 5);
  const count = Math.ceil(Math.max(...values, 1e-9) / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
    at: value => from + (value / (count * step)) * (to - from),
  };
}

/** 1, 2 or 5 times a power of ten, at least so much. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map(times => times * power).find(step => step >= least) ?? 10 * power;
}
