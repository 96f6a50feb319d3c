/** What a phone reports of a call push. */
export const RECEIPT_EVENTS = ["received", "ringing", "answered", "declined", "failed"] as const;

export type ReceiptEvent = (typeof RECEIPT_EVENTS)[number];

/** Names one push of a call to one phone. The service makes both names: short texts, the same in every process. */
export interface ReceiptPlace {
  /** The name of a user and a call id. */
  readonly call: string;
  /** The name of one attempt to ring one phone. */
  readonly phone: string;
}

/** Apple accepted a push. */
export interface AcceptedPush extends ReceiptPlace {
  readonly acceptedAt: number;
  /** When the phone counts as silent if nothing was heard of it. Epoch milliseconds. */
  readonly dueAt: number;
  /** The name of the request, which `quiet` takes. Absent: nothing can quiet it. */
  readonly request: string | undefined;
  /** What the process that finds the phone silent must know. */
  readonly details: string;
}

export interface HeardReceipt extends ReceiptPlace {
  readonly event: ReceiptEvent;
  readonly at: number;
}

export interface TakenReceipt {
  /** False for a repeat. */
  readonly isFirst: boolean;
  /** Undefined where `accepted` was not called for the push, or not yet. */
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
  /** `heard` may have been called before for the same push: the order does not matter. */
  accepted(push: AcceptedPush, keptFor: number): Promise<void>;
  /** Takes a receipt. Only the first of each event of a phone counts. Atomic. */
  heard(receipt: HeardReceipt, keptFor: number): Promise<TakenReceipt>;
  /**
   * The pushes due by `now` of which nothing was heard and whose request was not quieted. Each is given once, to one
   * process.
   */
  due(now: number): Promise<readonly SilentPush[]>;
  /** The request was cancelled: `due` gives none of its phones from now on. */
  quiet(request: string, now: number, keptFor: number): Promise<void>;
  /** What was heard of a call, the oldest first. */
  list(call: string, now: number): Promise<readonly StoredReceipt[]>;
  /** True for the first who says this of a call, false for everybody after. Atomic. */
  once(call: string, what: string, now: number, keptFor: number): Promise<boolean>;
  /** Keeps a text that is too long for a receipt, under a name that the receipt has. Called before the push leaves. */
  keep(name: string, text: string, now: number, keptFor: number): Promise<void>;
  kept(name: string, now: number): Promise<string | undefined>;
  /** True where several processes share the store. Each then also looks for silent phones whose process was killed. */
  readonly isShared: boolean;
}
