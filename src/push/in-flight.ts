/** Requests under way, by what they ask for. */
export interface InFlight<T> {
  /** True while the same request is under way. */
  has(identity: string): boolean;
  /**
   * Joins the same request if it is under way, else runs it. A caller who aborts stops waiting; the work itself is told
   * to stop only when nobody waits for it any more.
   */
  join(identity: string, signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

export function createInFlight<T>(): InFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function start(identity: string, run: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = { abort, waiting: 0, result: run(abort.signal).finally(() => land(identity, flight)) };
    flights.set(identity, flight);
    return flight;
  }

  function land(identity: string, flight: Flight<T>): void {
    if (flights.get(identity) === flight) flights.delete(identity);
  }

  return {
    has: identity => flights.has(identity),

    async join(identity, signal, run) {
      signal?.throwIfAborted();
      const flight = flights.get(identity) ?? start(identity, run);
      flight.waiting++;
      try {
        return await unlessAborted(flight.result, signal);
      } finally {
        if (--flight.waiting === 0 && signal?.aborted) {
          // Deleted here too: the next caller must not join work that has been told to stop.
          land(identity, flight);
          flight.abort.abort(signal.reason);
        }
      }
    },
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
