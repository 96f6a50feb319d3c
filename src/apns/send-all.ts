import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import type { ApnsPush, ApnsResult } from "./push.js";

/** A push and what became of it. */
export interface SentPush<P extends ApnsPush> {
  readonly push: P;
  readonly result: ApnsResult;
}

/** Pushes on their way at once. That many fill half of four connections with Apple's usual 1000 streams. */
const WINDOW = 2000;

/**
 * Sends what an iterable gives, results in input order, never more than a window of them in memory. Reads on while results
 * are awaited, and stops reading when the consumer stops.
 */
export function sendAll<P extends ApnsPush>(
  pushes: Iterable<P> | AsyncIterable<P>,
  send: (push: P) => Promise<ApnsResult>,
): AsyncGenerator<SentPush<P>, void, undefined> {
  if (typeof pushes === "object" && pushes !== null) {
    if (Symbol.asyncIterator in pushes) return sendFrom(() => asyncSource(pushes), send);
    if (Symbol.iterator in pushes) return sendFrom(() => syncSource(pushes), send);
  }
  throw new ApnsVoipError(
    "INVALID_PUSH",
    `sendAll: ${describe(pushes)} given; wanted: an array of pushes, or another iterable`,
  );
}

async function* sendFrom<P extends ApnsPush>(
  open: () => Source<P>,
  send: (push: P) => Promise<ApnsResult>,
): AsyncGenerator<SentPush<P>, void, undefined> {
  const source = open();
  const window = new Window<P>();
  try {
    while (true) {
      while (window.size < WINDOW && source.ready()) window.add(source.take(), send);
      if (window.size > 0 && (window.headIsDone || source.ended || window.size >= WINDOW)) yield await window.shift();
      else if (source.ended) break;
      // Waits for the oldest result or the next push, whichever comes first.
      else await Promise.race(window.size > 0 ? [window.head, source.wait()] : [source.wait()]);
    }
    source.throwIfFailed();
  } finally {
    source.stop();
  }
}

/** What pushes are read from. `ready`: `take` gives one at once. */
interface Source<P> {
  ready(): boolean;
  take(): P;
  wait(): Promise<unknown>;
  readonly ended: boolean;
  throwIfFailed(): void;
  stop(): void;
}

function syncSource<P>(pushes: Iterable<P>): Source<P> {
  const iterator = pushes[Symbol.iterator]();
  let next: IteratorResult<P> | undefined;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  return {
    ready() {
      if (ended) return false;
      try {
        next ??= iterator.next();
        ended = next.done === true;
      } catch (error) {
        failure = { error };
        ended = true;
      }
      return !ended;
    },
    take() {
      const { value } = next as IteratorYieldResult<P>;
      next = undefined;
      return value;
    },
    wait: () => Promise.resolve(),
    get ended() {
      return ended;
    },
    throwIfFailed() {
      if (failure) throw failure.error;
    },
    stop() {
      if (!ended) iterator.return?.();
    },
  };
}

function asyncSource<P>(pushes: AsyncIterable<P>): Source<P> {
  const iterator = pushes[Symbol.asyncIterator]();
  let next: IteratorResult<P> | undefined;
  let waiting: Promise<void> | undefined;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;

  async function read(): Promise<void> {
    try {
      next = await iterator.next();
      ended = next.done === true;
    } catch (error) {
      failure = { error };
      ended = true;
    }
    waiting = undefined;
  }

  return {
    ready() {
      if (ended) return false;
      if (next !== undefined) return true;
      waiting ??= read();
      return false;
    },
    take() {
      const { value } = next as IteratorYieldResult<P>;
      next = undefined;
      return value;
    },
    wait: () => waiting ?? Promise.resolve(),
    get ended() {
      return ended;
    },
    throwIfFailed() {
      if (failure) throw failure.error;
    },
    stop() {
      // `return` of a source that waits for its next item may never settle, so nobody waits for it.
      if (!ended) Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

interface Entry<P extends ApnsPush> {
  readonly promise: Promise<SentPush<P>>;
  done: boolean;
}

/** Pushes on their way, the oldest first. */
class Window<P extends ApnsPush> {
  #entries: Entry<P>[] = [];
  #head = 0;

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get headIsDone(): boolean {
    return this.#entries[this.#head]?.done === true;
  }

  get head(): Promise<SentPush<P>> | undefined {
    return this.#entries[this.#head]?.promise;
  }

  add(push: P, send: (push: P) => Promise<ApnsResult>): void {
    const entry: Entry<P> = { done: false, promise: send(push).then(result => ({ push, result })) };
    const settle = () => {
      entry.done = true;
    };
    entry.promise.then(settle, settle);
    this.#entries.push(entry);
  }

  shift(): Promise<SentPush<P>> {
    const entry = this.#entries[this.#head++] as Entry<P>;
    if (this.#head >= WINDOW) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry.promise;
  }
}
