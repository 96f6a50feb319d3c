import type { Clock } from "../clock.js";
import { Expiring, Expiry } from "../internal/expiry.js";
import type { Parcel } from "./transport.js";

class Waiting extends Expiring {
  readonly parcel: Parcel;
  readonly #onLate: (parcel: Parcel) => void;

  constructor(parcel: Parcel, onLate: (parcel: Parcel) => void) {
    super(parcel.deadline);
    this.parcel = parcel;
    this.#onLate = onLate;
  }

  expire(): void {
    this.#onLate(this.parcel);
  }
}

/**
 * Parcels in the order they came, each taken out when its deadline passes. Those that will take any connection wait
 * apart from the few that will not, so that finding the next one costs the same however many wait.
 */
export class WaitingLine {
  readonly #expiry: Expiry;
  readonly #onLate: (parcel: Parcel) => void;
  #line: Waiting[] = [];
  #head = 0;
  readonly #choosy = new Set<Waiting>();
  readonly #places = new Map<Parcel, Waiting>();

  /** `onLate` hears of each parcel that waited past its deadline, when it is no longer in the line. */
  constructor(clock: Clock, onLate: (parcel: Parcel) => void) {
    this.#expiry = new Expiry(clock);
    this.#onLate = parcel => {
      if (this.delete(parcel)) onLate(parcel);
    };
  }

  get length(): number {
    return this.#places.size;
  }

  add(parcel: Parcel): void {
    const waiting = new Waiting(parcel, this.#onLate);
    this.#places.set(parcel, waiting);
    this.#expiry.add(waiting);
    if (parcel.avoid === 0 && parcel.newerThan === 0) this.#line.push(waiting);
    else this.#choosy.add(waiting);
  }

  /** The first that suits, left in its place. Those that are choosy were refused once: they have waited longest. */
  first(suits: (parcel: Parcel) => boolean = () => true): Parcel | undefined {
    for (const { parcel } of this.#choosy) if (suits(parcel)) return parcel;
    return this.#firstInLine();
  }

  /** True if it was there. */
  delete(parcel: Parcel): boolean {
    const waiting = this.#places.get(parcel);
    if (waiting === undefined) return false;
    this.#places.delete(parcel);
    this.#choosy.delete(waiting);
    this.#expiry.delete(waiting);
    return true;
  }

  /** Takes out all of them. */
  clear(): Parcel[] {
    const parcels = [...this.#places.keys()];
    for (const parcel of parcels) this.delete(parcel);
    return parcels;
  }

  #firstInLine(): Parcel | undefined {
    while (this.#head < this.#line.length) {
      const waiting = this.#line[this.#head] as Waiting;
      if (this.#places.get(waiting.parcel) === waiting) return waiting.parcel;
      this.#head++;
      this.#compact();
    }
    return undefined;
  }

  /** Lets go of what has been passed, now and then. */
  #compact(): void {
    if (this.#head < 1024 && this.#head < this.#line.length) return;
    this.#line = this.#line.slice(this.#head);
    this.#head = 0;
  }
}
