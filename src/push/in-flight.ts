import { isDeepStrictEqual } from "node:util";

/** A request on its way in. */
export interface Asked {
  readonly toUserId: string;
  /** Of the request, from when it was made: see `snapshotOf`. */
  readonly snapshot: object | undefined;
  /** The idempotency key. */
  readonly key: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Does the work; the signal, where anybody can abort, says that nobody waits for it any more. */
type Work<T> = (signal: AbortSignal | undefined) => Promise<T>;

/** Requests of one kind under way, so that the same one twice is done once. */
export interface InFlight<T> {
  /**
   * Joins the same request if it is under way, else does the work. Where it is under way with another key, `underOwnKey`
   * is given what joins it. A caller who aborts stops waiting; the work itself goes on for the others.
   */
  share(
    asked: Asked,
    work: Work<T>,
    underOwnKey: (joined: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T>;
}

interface Flight<T> {
  readonly snapshot: object | undefined;
  readonly key: string | undefined;
  /** False for one that itself only waits for another. */
  readonly works: boolean;
  readonly result: Promise<T>;
  readonly abort: AbortController | undefined;
  waiting: number;
}

export function createInFlight<T>(): InFlight<T> {
  const flightsTo = new Map<string, Flight<T>[]>();

  return {
    share(asked, work, underOwnKey) {
      const { toUserId, snapshot, key, signal } = asked;
      if (signal?.aborted) return Promise.reject(signal.reason);
      const same = flightsTo.get(toUserId)?.filter(flight => isSame(flight.snapshot, snapshot));
      const twin = same?.find(flight => flight.key === key);
      if (twin !== undefined) return wait(toUserId, twin, signal);
      const working = same?.find(({ works }) => works);
      if (working === undefined) return wait(toUserId, start(asked, true, work), signal);
      const join: Work<T> = stop => underOwnKey(() => wait(toUserId, working, stop), stop);
      return wait(toUserId, start(asked, false, join), signal);
    },
  };

  function start({ toUserId, snapshot, key, signal }: Asked, works: boolean, work: Work<T>): Flight<T> {
    // One whose first caller cannot abort always has somebody who waits for it.
    const abort = signal && new AbortController();
    const result = work(abort?.signal);
    const flight: Flight<T> = { snapshot, key, works, result, abort, waiting: 0 };
    const landed = () => land(toUserId, flight);
    result.then(landed, landed);
    const others = flightsTo.get(toUserId);
    if (others === undefined) flightsTo.set(toUserId, [flight]);
    else others.push(flight);
    return flight;
  }

  function land(toUserId: string, flight: Flight<T>): void {
    const flights = flightsTo.get(toUserId);
    const place = flights?.indexOf(flight) ?? -1;
    if (place >= 0) flights?.splice(place, 1);
    if (flights?.length === 0) flightsTo.delete(toUserId);
  }

  function wait(toUserId: string, flight: Flight<T>, signal: AbortSignal | undefined): Promise<T> {
    flight.waiting++;
    return signal === undefined ? flight.result : waitUnlessAborted(toUserId, flight, signal);
  }

  async function waitUnlessAborted(toUserId: string, flight: Flight<T>, signal: AbortSignal): Promise<T> {
    try {
      signal.throwIfAborted();
      return await unlessAborted(flight.result, signal);
    } finally {
      if (--flight.waiting === 0 && signal.aborted) {
        // Landed here too: the next caller must not join work that has been told to stop.
        land(toUserId, flight);
        flight.abort?.abort(signal.reason);
      }
    }
  }
}

function isSame(a: object | undefined, b: object | undefined): boolean {
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
