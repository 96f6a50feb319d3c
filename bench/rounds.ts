import type { ClientName } from "./clients.ts";

/** What a round that broke leaves: no figure, and why. */
type Attempt<Figures> = Partial<Figures> & { readonly broke?: string };

/** By client, the figures of each round. */
export type Rounds<Figures> = Readonly<Partial<Record<ClientName, readonly Attempt<Figures>[]>>>;

/**
 * Everybody once per round, in an order that turns by one each round, so that nobody is always measured first. One that breaks
 * leaves its place in that round empty, so that the others' ratios stay those of one round.
 */
export async function inRounds<Figures>(
  rounds: number,
  clients: readonly ClientName[],
  measure: (client: ClientName, round: number) => Promise<Figures>,
): Promise<Rounds<Figures>> {
  const figures: Partial<Record<ClientName, Attempt<Figures>[]>> = {};
  for (const client of clients) figures[client] = [];
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < clients.length; turn++) {
      const client = clients[(turn + round) % clients.length]!;
      figures[client]?.push(await attempt(() => measure(client, round)));
    }
  }
  return figures;
}

async function attempt<Figures>(measure: () => Promise<Figures>): Promise<Attempt<Figures>> {
  try {
    return (await measure()) as Attempt<Figures>;
  } catch (error) {
    console.error(error);
    return { broke: String(error) } as Attempt<Figures>;
  }
}
