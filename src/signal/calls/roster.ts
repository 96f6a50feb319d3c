import { type Clock, monotonicNow } from "../../clock.js";
import { inTime } from "../../internal/in-time.js";
import { type KnownPhone, type Phone, readPhone } from "./phone.js";
import { asSent } from "./user-id.js";

/** The connected phones of a user, as the signal server says. */
export type Online = (userId: string | number) => readonly Phone[] | Promise<readonly Phone[]>;

/** Milliseconds that `online` may take to answer. */
const LIMIT = 1_000;
/** Milliseconds for which an answer is good enough for candidates, which come in large numbers. */
const FRESH = 1_000;
/** Users whose answers are kept at most. */
const MOST_KEPT = 10_000;

/** Asks who is connected. `undefined` where that cannot be found out in time. */
export function createRoster(online: Online, clock: Clock, onFailure: (userId: string, error: unknown) => void) {
  const answers = new Map<string, { readonly phones: readonly KnownPhone[]; readonly at: number }>();

  async function ask(userId: string): Promise<readonly KnownPhone[] | undefined> {
    try {
      const asked = online(asSent(userId));
      const phones = await (isPromise(asked) ? inTime(clock, LIMIT, asked) : asked);
      const known = [...phones].flatMap(phone => readPhone({ ...phone, userId }) ?? []);
      const unique = [...new Map(known.map(phone => [phone.id, phone])).values()];
      keep(userId, unique);
      return unique;
    } catch (error) {
      answers.delete(userId);
      onFailure(userId, error);
      return undefined;
    }
  }

  function keep(userId: string, phones: readonly KnownPhone[]): void {
    answers.delete(userId);
    const now = monotonicNow(clock);
    answers.set(userId, { phones, at: now });
    for (const [oldest, { at }] of answers) {
      if (answers.size <= MOST_KEPT && now - at < FRESH) return;
      answers.delete(oldest);
    }
  }

  return {
    /** Asks about each user. With `mayBeKept` an answer that is not older than `FRESH` will do. */
    async of(userIds: readonly string[], mayBeKept: boolean): Promise<Map<string, readonly KnownPhone[]>> {
      const found = new Map<string, readonly KnownPhone[]>();
      await Promise.all(
        userIds.map(async userId => {
          const kept = mayBeKept ? answers.get(userId) : undefined;
          const phones = kept && monotonicNow(clock) - kept.at < FRESH ? kept.phones : await ask(userId);
          if (phones) found.set(userId, phones);
        }),
      );
      return found;
    },

    /** Forgets the answer about a user, because a phone has come or gone. */
    hasChanged: (userId: string) => void answers.delete(userId),
  };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | null)?.then === "function";
}
