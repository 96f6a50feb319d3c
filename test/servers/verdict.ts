import type { Sent } from "./load.ts";

/** What is wrong with outcomes, held against what a server has seen; empty when all of them are true. */
export function falseOutcomes(sent: readonly Sent[], witnessed: string, printed: string): string[] {
  const seen = count(witnessed);
  const mentioned = count(printed);
  return sent.flatMap(({ token, result }) => {
    const times = seen.get(token) ?? 0;
    if (result.outcome === "accepted" && times !== 1) return [`accepted, but seen ${times} times`];
    if (result.outcome === "unsent" && times + (mentioned.get(token) ?? 0) > 0) return ["unsent, but seen"];
    if (times > 1) return [`${result.outcome}, but seen ${times} times`];
    if (result.outcome === "rejected") return [`rejected with ${result.status}, which this server never says`];
    return [];
  });
}

/** How often each device token stands in a text. */
function count(text: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const [, token] of text.matchAll(/\/3\/device\/([0-9a-f]{64})/g))
    times.set(token as string, (times.get(token as string) ?? 0) + 1);
  return times;
}

/** `1980 accepted, 20 unknown (CONNECTION_LOST)` */
export function outcomes(sent: readonly Sent[]): string {
  const counts = new Map<string, number>();
  for (const { result } of sent) {
    const what = "error" in result ? `${result.outcome} (${result.error.code})` : result.outcome;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, times]) => `${times} ${what}`).join(", ");
}
