/** Everybody once per round, in an order that turns by one each round, so that nobody is always measured first. */
export async function inRounds<Contender, Figures>(
  rounds: number,
  contenders: readonly Contender[],
  measure: (contender: Contender, round: number) => Promise<Figures>,
): Promise<Map<Contender, Figures[]>> {
  const figures = new Map<Contender, Figures[]>(contenders.map(contender => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(turn + round) % contenders.length]!;
      figures.get(contender)?.push(await measure(contender, round));
    }
  }
  return figures;
}
