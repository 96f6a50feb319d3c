import { isDeepStrictEqual } from "node:util";
import { waitFor } from "../internal/wait.js";

/** A request that somebody makes. */
export interface Asked {
  readonly toUserId: string;
  /** A copy of the request from when it was made: see `snapshotOf`. */
  readonly snapshot: object | undefined;
  /** The idempotency key. */
  readonly key: string | undefined;
  /** Your own abort. */
  readonly signal: AbortSignal | undefined;
  /** Aborted when the request's key is cancelled. The same for all requests with that key. */
  readonly cancel: AbortSignal | undefined;
}

/** What the work needs to know of those who asked for it, and what it tells them. */
export interface Control {
  /** Fires when nobody waits for the work any more. Absent where nobody can stop waiting. */
  readonly signal: AbortSignal | undefined;
  /** Fires when the work is cancelled: what has not left must not leave. Absent where it cannot be cancelled. */
  readonly cancel: AbortSignal | undefined;
  /** Called when something leaves. */
  left(): void;
}

/** Requests of one kind under way, so that the same one twice is done once. */
export interface InFlight<T> {
  /**
   * Joins the same request if it is under way, else does the work. Where it is under way with another key, `underOwnKey`
   * is given what joins it. Code that aborts stops waiting; the work itself goes on for the others. A request that is
   * cancelled ends, too, if nothing has left; the last one takes the work with it.
   */
  share(
    asked: Asked,
    work: (control: Control) => Promise<T>,
    underOwnKey: (joined: () => Promise<T>, signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T>;
}

/** What is done once, for all requests that are the same. */
interface Work<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController | undefined;
  readonly cancel: AbortController | undefined;
  requests: number;
  hasLeft: boolean;
}

/** One request, with one key, for everybody who made it. */
interface Flight<T> {
  readonly snapshot: object | undefined;
  readonly key: string | undefined;
  readonly work: Work<T>;
  readonly result: Promise<T>;
  readonly abort: AbortController | undefined;
  waiting: number;
}

/** `cancelled`: what a request comes to that is cancelled while others still want the work; absent: none can be. */
export function createInFlight<T>(cancelled?: T): InFlight<T> {
  const flightsTo = new Map<string, Flight<T>[]>();

  return {
    share(asked, work, underOwnKey) {
      const { toUserId, snapshot, key, signal, cancel } = asked;
      if (signal?.aborted) return Promise.reject(signal.reason);
      const same = flightsTo.get(toUserId)?.filter(flight => isSame(flight.snapshot, snapshot));
      const twin = same?.find(flight => flight.key === key);
      if (twin !== undefined) return wait(toUserId, twin, signal);
      // Without a signal the request waits to the end, and never stops its part of the work.
      const abort = signal && new AbortController();
      const shared = same?.find(flight => !isStopped(flight.work))?.work;
      // A request that can neither abort nor be cancelled waits to the end, so the work needs no signal.
      const canEnd = signal !== undefined || cancel !== undefined;
      const done = shared ?? begin(work, signal !== undefined, canEnd && cancelled !== undefined);
      const result =
        shared === undefined
          ? takePart(done, abort?.signal, cancel, cancelled)
          : underOwnKey(() => takePart(done, abort?.signal, cancel, cancelled), abort?.signal);
      return wait(toUserId, takeOff(toUserId, { snapshot, key, work: done, result, abort, waiting: 0 }), signal);
    },
  };

  function takeOff(toUserId: string, flight: Flight<T>): Flight<T> {
    const landed = () => land(toUserId, flight);
    flight.result.then(landed, landed);
    const others = flightsTo.get(toUserId);
    if (others === undefined) flightsTo.set(toUserId, [flight]);
    else others.push(flight);
    return flight;
  }

  function land(toUserId: string, flight: Flight<T>): void {
    const flights = flightsTo.get(toUserId);
    const place = flights?.indexOf(flight) ?? -1;
    if (flights === undefined || place < 0) return;
    // The list lets go of the flight before the map lets go of the list: `Expiry` says what V8 keeps of a map's old tables.
    if (place === flights.length - 1) flights.pop();
    else flights.splice(place, 1);
    if (flights.length === 0) flightsTo.delete(toUserId);
  }

  function wait(toUserId: string, flight: Flight<T>, signal: AbortSignal | undefined): Promise<T> {
    flight.waiting++;
    return signal === undefined ? flight.result : waitUnlessAborted(toUserId, flight, signal);
  }

  async function waitUnlessAborted(toUserId: string, flight: Flight<T>, signal: AbortSignal): Promise<T> {
    try {
      const waited = await waitFor(flight.result, { signals: [signal] });
      if (waited.gaveUp === undefined) return waited.value;
      throw signal.reason;
    } finally {
      if (--flight.waiting === 0 && signal.aborted) {
        // The work leaves the list here, too: the next request must not join work that has been told to stop.
        land(toUserId, flight);
        flight.abort?.abort(signal.reason);
      }
    }
  }
}

function begin<T>(work: (control: Control) => Promise<T>, canBeAborted: boolean, canBeCancelled: boolean): Work<T> {
  const abort = canBeAborted ? new AbortController() : undefined;
  const cancel = canBeCancelled ? new AbortController() : undefined;
  const begun = { abort, cancel, requests: 0, hasLeft: false, result: undefined as Promise<T> | undefined };
  const left = () => {
    begun.hasLeft = true;
  };
  begun.result = work({ signal: abort?.signal, cancel: cancel?.signal, left });
  return begun as Work<T>;
}

/** Takes part in the work until it is done, until nobody waits any more, or until the request is cancelled. */
function takePart<T>(
  work: Work<T>,
  stop: AbortSignal | undefined,
  cancel: AbortSignal | undefined,
  cancelled: T | undefined,
): Promise<T> {
  work.requests++;
  if (stop === undefined && cancel === undefined) return work.result;
  return new Promise((resolve, reject) => {
    const leave = () => {
      work.requests--;
      unlisten();
    };
    const onStop = () => {
      leave();
      if (work.requests === 0) work.abort?.abort(stop?.reason);
      reject(stop?.reason);
    };
    const onCancel = () => {
      // The last one goes on waiting, because only the outcome says whether anything had left.
      if (work.requests === 1) return work.cancel?.abort(cancel?.reason);
      if (work.hasLeft) return;
      leave();
      resolve(cancelled as T);
    };
    const unlisten = () => {
      stop?.removeEventListener("abort", onStop);
      cancel?.removeEventListener("abort", onCancel);
    };
    stop?.addEventListener("abort", onStop, { once: true });
    cancel?.addEventListener("abort", onCancel, { once: true });
    work.result.then(resolve, reject).finally(unlisten);
    if (stop?.aborted) onStop();
    else if (cancel?.aborted) onCancel();
  });
}

function isStopped({ abort, cancel }: Work<unknown>): boolean {
  return abort?.signal.aborted === true || cancel?.signal.aborted === true;
}

function isSame(a: object | undefined, b: object | undefined): boolean {
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b);
}
