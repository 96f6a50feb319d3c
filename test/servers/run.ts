/**
 * Pushes to servers that nobody here wrote, while they are reloaded, restarted and killed, and holds every outcome against
 * what they have seen: `npm run servers -- nginx nghttpd --pushes 20000`; without names all of them. A server that is not
 * installed is skipped, unless `--install` is given by root. Ends non-zero when an outcome was not true.
 */
import { parseArgs } from "node:util";
import { missing } from "./install.ts";
import type { Kind } from "./kind.ts";
import { KINDS } from "./kinds.ts";
import { play } from "./play.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pushes: { type: "string", default: "2000" },
    install: { type: "boolean", default: false },
    scenario: { type: "string" },
  },
});

const unknown = positionals.filter(name => !KINDS.some(kind => kind.name === name));
if (unknown.length > 0) {
  console.error(`There is no server ${unknown.join(", ")}. There are: ${KINDS.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

// Servers end with us, also when we are ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const totals = { ok: 0, failed: 0, skipped: 0 };

function print(verdict: keyof typeof totals, kind: Kind, what: string, found: string): void {
  totals[verdict]++;
  const shown = verdict === "failed" ? "FAILED" : verdict;
  console.log(`${shown.padEnd(7)}  ${kind.name.padEnd(9)}  ${what.padEnd(27)} ${found}`);
}

function unable({ cannot, passesOn }: Kind, { needs }: Scenario): string | undefined {
  if (needs === "passing on") return passesOn ? undefined : "answers by itself, so that nothing holds its answers back";
  return needs === undefined ? undefined : cannot[needs];
}

for (const kind of KINDS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const why = await missing(kind, values.install);
  if (why !== undefined) {
    print("skipped", kind, "", why);
    continue;
  }
  const able = SCENARIOS.filter(scenario => values.scenario === undefined || scenario.name === values.scenario);
  const each = Math.ceil(Number(values.pushes) / able.filter(scenario => unable(kind, scenario) === undefined).length);
  for (const scenario of able) {
    const reason = unable(kind, scenario);
    if (reason !== undefined) {
      print("skipped", kind, scenario.name, reason);
      continue;
    }
    const { ok, found } = await play(kind, scenario, each);
    print(ok ? "ok" : "failed", kind, scenario.name, found);
  }
}
console.log(`${totals.ok} ok, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
