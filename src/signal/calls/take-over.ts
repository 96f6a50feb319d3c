import type { Clock } from "../../clock.js";
import { StoreFailure } from "./steps.js";
import type { CallName, CallStore } from "./store.js";

/** Milliseconds between two looks at what others have left undone. */
const LOOK_EVERY = 400;
/** Milliseconds after which what is due counts as left undone: the process that has the call does it at once. */
const LEFT_AFTER = 150;
/** Calls that one look takes over at most. */
const MOST_AT_ONCE = 100;

export interface TakeOverOptions {
  readonly store: CallStore;
  readonly clock: Clock;
  readonly now: () => number;
  /** Milliseconds for which nobody else takes what this process has taken. */
  readonly lease: number;
  /** Does what is due to a call; false when nothing is known of it any more. */
  readonly settle: (call: CallName) => Promise<boolean>;
  readonly onFailure: (error: unknown) => void;
}

/** Looks again and again for what other servers have left undone, and does it. */
export function createTakeOver({ store, clock, now, lease, settle, onFailure }: TakeOverOptions) {
  let stop = () => {};
  let isClosed = false;
  // A store that goes on failing is told once.
  let isFailing = false;

  async function look(): Promise<void> {
    try {
      for (const call of await store.due(now() - LEFT_AFTER, now() + lease, MOST_AT_ONCE))
        if (!(await settle(call))) await forget(call);
      isFailing = false;
    } catch (error) {
      if (!isFailing) onFailure(error instanceof StoreFailure ? error : new StoreFailure("due", error));
      isFailing = true;
    }
  }

  /** Forgets a call whose record has ended by itself: there is nothing left to do. */
  async function forget(call: CallName): Promise<void> {
    const users = [...new Set(call.users)];
    const { marks } = await store.read(users);
    await store.write({ users, marks, put: [], drop: [call], now: now() });
  }

  function start(): void {
    stop = clock.setTimeout(
      async () => {
        await look();
        if (!isClosed) start();
      },
      LOOK_EVERY,
      { background: true },
    );
  }

  return {
    start,
    close() {
      isClosed = true;
      stop();
    },
  };
}
