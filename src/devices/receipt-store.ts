/** What a phone reports of a call push. */
export const RECEIPT_EVENTS = ["received", "ringing", "answered", "declined", "failed"] as const;

export type ReceiptEvent = (typeof RECEIPT_EVENTS)[number];

/** One push of a call to one phone. Both names are short texts of the service's, and the same in every process. */
export interface ReceiptPlace {
  /** Stands for a user and a call id. */
  readonly call: string;
  /** Stands for one attempt to ring one phone. */
  readonly phone: string;
}

/** Apple accepted a push. */
export interface AcceptedPush extends ReceiptPlace {
  readonly acceptedAt: number;
  /** From then on the phone counts as silent, if nothing was heard of it. */
  readonly dueAt: number;
  /** Stands for the request, which `quiet` may name. */
  readonly request: string | undefined;
  /** Kept for whoever finds the phone silent. */
  readonly details: string;
}

export interface HeardReceipt extends ReceiptPlace {
  readonly event: ReceiptEvent;
  readonly at: number;
}

export interface TakenReceipt {
  /** False for a repeat. */
  readonly isFirst: boolean;
  /** Undefined where nobody has told this store of the push (yet). */
  readonly acceptedAt: number | undefined;
}

/** A phone of which nothing was heard in time. */
export interface SilentPush {
  readonly acceptedAt: number;
  readonly details: string;
}

/** What was heard of a call. */
export interface StoredReceipt {
  readonly phone: string;
  readonly event: ReceiptEvent;
  readonly at: number;
  readonly acceptedAt: number | undefined;
}

/**
 * Remembers which pushes of calls Apple accepted and what the phones reported. `memoryReceiptStore()` serves one process,
 * `redisReceiptStore(client)` a fleet. All times are epoch milliseconds of the service's clock, which is asked for them;
 * `keptFor` is milliseconds.
 */
export interface ReceiptStore {
  /** A receipt may have been heard before: order does not matter. */
  accepted(push: AcceptedPush, keptFor: number): Promise<void>;
  /** The first of each event of a phone counts. Atomic. */
  heard(receipt: HeardReceipt, keptFor: number): Promise<TakenReceipt>;
  /** Those that are due by `now`, of which nothing was heard, and whose request was not quieted: each given once, to one caller. */
  due(now: number): Promise<readonly SilentPush[]>;
  /** Nobody asks any more whether the phones of this request stay silent: it was cancelled. */
  quiet(request: string, now: number, keptFor: number): Promise<void>;
  /** What was heard of a call, the oldest first. */
  list(call: string, now: number): Promise<readonly StoredReceipt[]>;
  /** True for the first who says this of a call, false for everybody after. Atomic. */
  once(call: string, what: string, now: number, keptFor: number): Promise<boolean>;
  /** Keeps a text under a name, before the push leaves whose receipt it is too long for. */
  keep(name: string, text: string, now: number, keptFor: number): Promise<void>;
  kept(name: string, now: number): Promise<string | undefined>;
  /** True where other processes see it, too: each then looks for phones that a process left that was killed. */
  readonly isShared: boolean;
}
