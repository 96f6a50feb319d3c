import type { Clock } from "../../clock.js";
import type { OnEvent } from "../../events.js";
import { emit } from "../../internal/emit.js";
import type { StoreGuard } from "../guarded-store.js";
import type { Receipts } from "./create-receipts.js";

/** A phone of which nothing was heard. `context`: what was noted of the call when it was pushed. */
export interface SilenceOf {
  readonly toUserId: string;
  readonly callId: string;
  /** The first 12 characters of the device token. */
  readonly phone: string;
  readonly context: unknown;
}

export interface SilenceOptions {
  readonly receipts: Receipts;
  readonly clock: Clock;
  readonly onEvent: OnEvent | undefined;
  readonly guard: StoreGuard;
  readonly onSilent: (silence: SilenceOf) => void;
}

/** Milliseconds between two looks for phones that another process left, killed before it could tell. */
const LOOK = 2_000;
/** Milliseconds between two looks while the store does not answer. */
const LONG_LOOK = 30_000;
/** Milliseconds between two looks at least, where many calls are due one after the other. */
const BETWEEN = 50;
/** Milliseconds that a look waits for the store. */
const PATIENCE = 5_000;

/** Looks for phones that stayed silent, when they are due, and tells of each once. */
export function watchSilence({ receipts, clock, onEvent, guard, onSilent }: SilenceOptions): {
  /** Notes when a push of this process is due, by the wall clock. */
  expect(dueAt: number): void;
} {
  const { store, silentAfter } = receipts;
  /** When the pushes of this process are due, in order: all wait equally long. */
  let dues: number[] = [];
  let armed: (() => void) | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  // A timer that does not keep the process alive, because nobody waits for it.
  const after = (ms: number, act: () => void) => clock.setTimeout(act, ms, { background: true });

  function arm(): void {
    const [next] = dues;
    if (armed !== undefined || next === undefined) return;
    const wait = Math.max(BETWEEN - (clock.now() - lookedAt), Math.ceil(next - clock.now()), 1);
    armed = after(Math.min(wait, silentAfter), async () => {
      armed = undefined;
      const now = Math.round(clock.now());
      dues = dues.filter(due => due > now);
      arm();
      await look(now);
    });
  }

  async function look(now: number): Promise<boolean> {
    lookedAt = now;
    const found = await guard("receipt", PATIENCE, () => store.due(now));
    if (found.error !== undefined) return false;
    for (const { acceptedAt, details } of found.value) {
      const { toUserId, callId, phone, context } = JSON.parse(details) as SilenceOf;
      const milliseconds = now - acceptedAt;
      emit(onEvent, { type: "push.silent", toUserId, callId, tokenPrefix: `${phone}...`, milliseconds });
      onSilent({ toUserId, callId, phone, context });
    }
    return true;
  }

  function lookAgain(ms: number): void {
    after(ms, async () => lookAgain((await look(Math.round(clock.now()))) ? LOOK : LONG_LOOK));
  }

  if (store.isShared) lookAgain(LOOK);

  return {
    expect(dueAt) {
      dues.push(dueAt);
      arm();
    },
  };
}
