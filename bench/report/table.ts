type Cell = string | number | undefined;

/** A Markdown table with its columns lined up, so that it reads in a terminal too. Columns of numbers end at the right. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = header.map((title, column) => {
    const cells = rows.map(row => row[column]);
    const texts = [title, ...cells.map(show)];
    const width = Math.max(...texts.map(({ length }) => length), 3);
    const right = cells.some(cell => typeof cell === "number");
    const pad = (text: string) => (right ? text.padStart(width) : text.padEnd(width));
    const rule = right ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
    return [pad(title), rule, ...texts.slice(1).map(pad)];
  });
  const lines = Array.from({ length: rows.length + 2 }, (_, line) => columns.map(column => column[line]));
  return lines.map(cells => `| ${cells.join(" | ")} |`).join("\n");
}

/** Three digits that count. */
export function show(cell: Cell): string {
  if (cell === undefined) return "–";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return "–";
  if (Math.abs(cell) >= 100) return Math.round(cell).toLocaleString("en");
  return String(Number(cell.toPrecision(3)));
}
