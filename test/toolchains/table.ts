/** What was tried, and how it ended. */
export interface Row {
  readonly chain: string;
  readonly tried: string;
  readonly ok: boolean;
  readonly found: string;
  readonly seconds: number;
}

/** Tries one thing and makes a row of it. The row says what the attempt threw, if it did. */
export async function row(chain: string, tried: string, attempt: () => Promise<string>): Promise<Row> {
  const started = performance.now();
  const end = (ok: boolean, found: string): Row => ({
    chain,
    tried,
    ok,
    found,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  });
  try {
    return end(true, await attempt());
  } catch (error) {
    return end(false, error instanceof Error ? error.message : String(error));
  }
}

export function print({ chain, tried, ok, found, seconds }: Row): void {
  console.log(
    `${ok ? "ok    " : "FAILED"}  ${chain.padEnd(16)} ${tried.padEnd(34)} ${`${seconds} s`.padStart(7)}  ${found}`,
  );
}
