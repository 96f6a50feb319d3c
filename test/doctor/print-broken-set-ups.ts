/**
 * Breaks every set-up of the table, lets the doctor look, and prints what it put first, as a Markdown table:
 * `npm run doctor:table`.
 */
import { BROKEN_SET_UPS } from "./lab/broken-set-ups.ts";
import { examine, verdictOf } from "./lab/examine.ts";

const row = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`;

console.log(row(["What is broken", "Step", "What the doctor puts first", "Its remedy"]));
console.log(row(["---", "---", "---", "---"]));

for (const setUp of BROKEN_SET_UPS.filter(({ missing }) => missing === undefined)) {
  const verdict = verdictOf(await examine(setUp), setUp);
  const named = `${verdict?.id}/${verdict?.outcome}` === setUp.found;
  // Ports and tokens are other ones each time.
  const steady = (text: string) =>
    text
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:*")
      .replaceAll(/\b[0-9a-f]{12}\.\.\./g, "9f739db8afff...")
      .replaceAll(/\S*apns-voip-lab-\w+\//g, "");
  const [remedy] = [verdict?.remedy, ...(verdict?.commands ?? [])].filter(Boolean);
  console.log(
    row([
      setUp.name,
      verdict?.step ?? "",
      `${named ? "" : "WRONG: "}${steady(verdict?.message ?? "nothing")}`,
      steady(remedy ?? ""),
    ]),
  );
  if (!named) process.exitCode = 1;
}

for (const { name, missing } of BROKEN_SET_UPS)
  if (missing !== undefined) console.log(`\nNot built here: ${name} (${missing})`);
// The database of the lab runs in this process and has no end of its own.
process.exit();
