import type { Redis } from "ioredis";

type UserId = string | number;

/** What a phone gets, as it came from the caller. */
export interface Signal {
  readonly event: "offer" | "answer" | "ice" | "call-ended";
  readonly body: { readonly from: UserId } & Readonly<Record<string, unknown>>;
}

/** `answered`: a phone of the callee has taken the call. */
type Entry = (
  | Signal
  | { readonly event: "answered"; readonly body: { readonly from: UserId; readonly phone: string } }
) & {
  readonly at: number;
};

/** What `createWaitingOffers` does in one process, for several. */
export interface SharedOffers {
  /** Keeps a signal for the phones of that user that are still to come. */
  keep(to: UserId, signal: Signal): Promise<void>;
  /** What a phone that registers now has to get, in order. */
  waitingFor(to: UserId): Promise<Signal[]>;
  /** `phone` answers: whether it is the first, so that it has the call. */
  answered(to: UserId, from: UserId, phone: string): Promise<boolean>;
}

/** Milliseconds. */
const RING_TIMEOUT = 30_000;
/** Entries kept per callee: some calls at once, each with its candidates. */
const MOST_ENTRIES = 500;

/**
 * Offers that ring, in Redis: the phone that a push wakes may reach another signal server than its caller did, and the
 * caller's server may be gone by then. One list per callee holds what happened within the ring timeout, and nothing in it
 * is ever changed; so all servers agree on the order, and the first answer is the first for all of them.
 */
export function createSharedOffers(redis: Redis, prefix: string): SharedOffers {
  const keyOf = (to: UserId) => `${prefix}offers:${to}`;

  async function append(to: UserId, event: Entry["event"], body: Entry["body"]): Promise<void> {
    const key = keyOf(to);
    await redis
      .multi()
      .rpush(key, JSON.stringify({ event, body, at: Date.now() }))
      .ltrim(key, -MOST_ENTRIES, -1)
      .pexpire(key, RING_TIMEOUT)
      .exec();
  }

  async function entriesOf(to: UserId): Promise<Entry[]> {
    const entries = (await redis.lrange(keyOf(to), 0, -1)).map(text => JSON.parse(text) as Entry);
    return entries.filter(({ at }) => at > Date.now() - RING_TIMEOUT);
  }

  return {
    keep: (to, { event, body }) => append(to, event, body),
    waitingFor: async to => waitingOf(await entriesOf(to)),

    async answered(to, from, phone) {
      await append(to, "answered", { from, phone });
      const ofCall = (await entriesOf(to)).filter(({ body }) => String(body.from) === String(from));
      const offered = ofCall.findLastIndex(({ event }) => event === "offer");
      const first = ofCall.slice(offered + 1).find(({ event }) => event === "answered");
      return first?.body.phone === phone;
    },
  };
}

function waitingOf(entries: readonly Entry[]): Signal[] {
  const byCaller = new Map<string, Signal[]>();
  for (const { event, body } of entries) {
    const caller = String(body.from);
    if (event === "answered") byCaller.delete(caller);
    else if (event === "ice") byCaller.get(caller)?.push({ event, body });
    else byCaller.set(caller, [{ event, body }]);
  }
  return [...byCaller.values()].flat();
}
