import type { Expiring } from "./expiry.js";
import type { Parcel } from "./transport.js";

/** A parcel that waits for a connection. */
export interface Waiting extends Expiring {
  readonly parcel: Parcel;
}

/**
 * Parcels in the order they came, and a hole where one was taken from the middle. Those that will take any connection
 * wait apart from the few that will not, so that finding the next one costs the same however many wait.
 */
export class WaitingLine {
  #line: (Waiting | undefined)[] = [];
  #head = 0;
  readonly #choosy = new Set<Waiting>();
  readonly #places = new Map<Parcel, Waiting>();

  get length(): number {
    return this.#places.size;
  }

  add(waiting: Waiting): void {
    const { parcel } = waiting;
    this.#places.set(parcel, waiting);
    if (parcel.avoid === 0 && parcel.newerThan === 0) this.#line.push(waiting);
    else this.#choosy.add(waiting);
  }

  /** The first that will take this connection, without taking it out. */
  firstFor(suits: (parcel: Parcel) => boolean): Waiting | undefined {
    // Those that were refused once have waited longest.
    for (const waiting of this.#choosy) if (suits(waiting.parcel)) return waiting;
    return this.#first();
  }

  /** The one that has waited longest, whatever it will take. */
  first(): Waiting | undefined {
    for (const waiting of this.#choosy) return waiting;
    return this.#first();
  }

  delete(parcel: Parcel): Waiting | undefined {
    const waiting = this.#places.get(parcel);
    if (waiting === undefined) return undefined;
    this.#places.delete(parcel);
    if (this.#choosy.delete(waiting)) return waiting;
    if (this.#line[this.#head] === waiting) this.#line[this.#head] = undefined;
    return waiting;
  }

  *[Symbol.iterator](): IterableIterator<Waiting> {
    yield* [...this.#places.values()];
  }

  #first(): Waiting | undefined {
    while (this.#head < this.#line.length) {
      const waiting = this.#line[this.#head];
      if (waiting !== undefined && this.#places.get(waiting.parcel) === waiting) return waiting;
      this.#line[this.#head++] = undefined;
      if (this.#head > 1024 && this.#head * 2 > this.#line.length) {
        this.#line = this.#line.slice(this.#head);
        this.#head = 0;
      }
    }
    this.#line = [];
    this.#head = 0;
    return undefined;
  }
}
