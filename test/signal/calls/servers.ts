import type { CallStore, CallsOptions, Clock } from "apns-voip/signal";
import { type Rig, rig, type World } from "./rig.ts";

/** One of several signal servers that share a store. */
export interface Server extends Rig {
  /** Ends it without warning: none of its timers fires any more, and nothing that it asked for is answered. */
  kill(): void;
}

/** A server that can be killed. */
export function server(store: CallStore, world: World, options: Partial<CallsOptions> = {}): Server {
  let isKilled = false;
  const forEver = new Promise<never>(() => {});
  const alive = async <T>(answer: Promise<T>): Promise<T> => {
    const given = await answer;
    return isKilled ? forEver : given;
  };
  const own: CallStore = {
    isShared: store.isShared,
    read: users => (isKilled ? forEver : alive(store.read(users))),
    texts: call => (isKilled ? forEver : alive(store.texts(call))),
    write: change => (isKilled ? forEver : alive(store.write(change))),
    due: (...asked) => (isKilled ? forEver : alive(store.due(...asked))),
  };
  const clock: Clock = {
    now: () => world.clock.now(),
    monotonic: () => world.clock.elapsed,
    setTimeout: (fn, ms) => world.clock.setTimeout(() => isKilled || fn(), ms),
  };
  return Object.assign(rig({ ...options, store: own, clock }, world), {
    kill() {
      isKilled = true;
    },
  });
}
