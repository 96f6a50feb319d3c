type Cell = string | number | undefined;

/** A Markdown table with its columns lined up, so that it reads in a terminal too. Numbers are rounded to three digits. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = [header, ...rows.map(row => header.map((_, column) => show(row[column])))];
  const widths = header.map((_, column) => Math.max(...text.map(row => row[column]?.length ?? 0), 3));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(header), rule, ...text.slice(1).map(row => line(row))].join("\n");
}

/** Three digits that count. */
export function show(cell: Cell): string {
  if (cell === undefined) return "–";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "–";
  if (Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en");
  return String(Number(cell.toPrecision(3)));
}
