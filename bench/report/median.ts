/** The middle of what was measured; `undefined` of nothing. What never came counts as `Infinity`. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value): value is number => value !== undefined && !Number.isNaN(value));
  const sorted = known.sort((one, other) => one - other);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) return undefined;
  return upper === lower ? upper : (lower + upper) / 2;
}

/** Median of the ratios of each round: what the machine did meanwhile was the same to both. */
export function medianRatio(
  ours: readonly (number | undefined)[],
  theirs: readonly (number | undefined)[],
): number | undefined {
  return median(ours.map((value, round) => ratio(value, theirs[round])));
}

function ratio(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined || by === 0 ? undefined : value / by;
}
