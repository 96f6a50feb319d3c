/** A call as a store keeps it: the value is the rules' affair. The texts that it keeps beside the value are read apart. */
export interface StoredCall {
  readonly id: string;
  /** The two users, whose states the call is part of. */
  readonly users: readonly [string, string];
  /** JSON. */
  readonly value: string;
  /** When somebody must look at it again. Milliseconds, of the clock that `isShared` says. */
  readonly dueAt: number;
  /** When the store may forget it. */
  readonly expiresAt: number;
}

/** Which call. */
export type CallName = Pick<StoredCall, "id" | "users">;

/** The state of some users, as it was at one moment. */
export interface CallsRead {
  /** All calls in which one of them is, each once. */
  readonly calls: readonly StoredCall[];
  /** For each user, what tells this state from any other; text, compared by the store alone. */
  readonly marks: readonly string[];
}

/** A call that is written, and how the texts beside it change. Those that are not named stay as they are. */
export interface CallPut extends StoredCall {
  /** New ones, by names that no text of this call has had before: small whole numbers. Absent: none. */
  readonly texts?: ReadonlyMap<number, string> | undefined;
  /** Those that go. Absent: none. */
  readonly forget?: readonly number[] | undefined;
}

/** What a step changes. */
export interface CallsChange {
  /** The users that were read, and the marks that they had. */
  readonly users: readonly string[];
  readonly marks: readonly string[];
  readonly put: readonly CallPut[];
  /** These go, with their texts. */
  readonly drop: readonly CallName[];
  /** The time of the step, by the clock that `isShared` says. */
  readonly now: number;
}

/**
 * Where calls are kept. A store knows no rule: it reads the state of users, writes it if nobody else has in between, and
 * hands out what is due. `memoryCallStore()` serves one process, `redisCallStore(client)` several; a store of your own is
 * checked with `callStoreConformance` of `apns-voip/testing/conformance`.
 */
export interface CallStore {
  /**
   * True: several processes read and write it, so `dueAt` and `expiresAt` are epoch milliseconds, and what is due is looked
   * for in the store. False or absent: it is this process's own, and its times are monotonic.
   */
  readonly isShared?: boolean | undefined;
  /** The state of these users; without calls where there are none. The cost must not grow with the texts beside calls. */
  read(userIds: readonly string[]): Promise<CallsRead>;
  /** The texts beside a call, by their names; none where the call is not known any more. */
  texts(call: CallName): Promise<ReadonlyMap<number, string>>;
  /**
   * Writes all of the change or nothing. False when one of the users has another mark than was read: the step is then run
   * again, from the reading on. A call is part of the state of both its users, whichever of them were named.
   */
  write(change: CallsChange): Promise<boolean>;
  /**
   * The calls that are due by `now`, the earliest first, `most` at most. Each is handed to one server only: to the others it
   * is due at `again`, unless it is written before.
   */
  due(now: number, again: number, most: number): Promise<readonly CallName[]>;
}
