/** Does its operation once, for the user of that number. */
export type Contestant = (user: number) => Promise<unknown>;

/** One operation, done by a store and by hand. */
export interface Contest {
  readonly what: string;
  readonly store: Contestant;
  readonly driver: Contestant;
  /**
   * The least that the ratio should be. Absent where the bare driver does less work, so that the ratio only shows the
   * price.
   */
  readonly wanted?: number;
}

/** A database with rows in it. */
export interface Field extends AsyncDisposable {
  readonly contests: readonly Contest[];
  /** By statement, how the database goes about it. */
  readonly plans: Readonly<Record<string, string>>;
}

/** A token like Apple's, of a number: spread over an index as random ones are. */
export function tokenOf(user: number): string {
  return (BigInt(user) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, "0").repeat(4);
}
