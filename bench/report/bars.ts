import { median } from "./median.ts";
import { at, COLOURS, INK, line, picture, text } from "./svg.ts";
import { show } from "./table.ts";

export interface BarPlot {
  readonly title: string;
  readonly unit: string;
  /** The median of the values is the bar; its whisker goes from the least to the most. */
  readonly bars: readonly { readonly label: string; readonly values: readonly number[] }[];
}

const WIDTH = 720;
const LEFT = 170;
const RIGHT = 90;
const ROW = 26;

/** One horizontal bar each. Ours are coloured, the others are grey. */
export function bars({ title, unit, bars: all }: BarPlot): string {
  const most = Math.max(...all.flatMap(({ values }) => values.filter(Number.isFinite)), Number.MIN_VALUE);
  const scale = (value: number) => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  const parts = all.flatMap(({ label, values }, row) => {
    const middle = 52 + row * ROW;
    const value = median(values);
    const name = text(LEFT - 8, middle + 4, label, `text-anchor="end"`);
    if (value === undefined || !Number.isFinite(value)) return [name, text(LEFT + 4, middle + 4, "–")];
    const known = values.filter(Number.isFinite);
    const [least, highest] = [Math.min(...known), Math.max(...known)];
    const colour = label.startsWith("apns-voip") ? COLOURS[0] : "#9aa5b1";
    return [
      name,
      `<rect x="${LEFT}" y="${at(middle - 9)}" width="${at(scale(value) - LEFT)}" height="18" fill="${colour}"/>`,
      line(scale(least), middle, scale(highest), middle, INK),
      text(scale(highest) + 6, middle + 4, `${show(value)} ${unit}`),
    ];
  });
  return picture(WIDTH, 52 + all.length * ROW, title, parts);
}
