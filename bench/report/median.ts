/** The median; `undefined` for no values. A value that never came counts as `Infinity`. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value): value is number => value !== undefined && !Number.isNaN(value));
  const sorted = known.sort((one, other) => one - other);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) return undefined;
  return upper === lower ? upper : (lower + upper) / 2;
}

/** The median of the ratios of each round, because within a round the machine was equally busy for both. */
export function medianRatio(
  ours: readonly (number | undefined)[],
  theirs: readonly (number | undefined)[],
): number | undefined {
  return median(ours.map((value, round) => ratio(value, theirs[round])));
}

function ratio(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined || by === 0 ? undefined : value / by;
}
