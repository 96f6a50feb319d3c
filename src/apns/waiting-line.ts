import type { Clock } from "../clock.js";
import { Expiry } from "../internal/expiry.js";
import type { Carrier, Parcel } from "./parcel.js";

/**
 * Parcels in the order they came, each taken out when its deadline passes. Those that not every connection suits wait apart,
 * so that finding the next one costs the same however many wait; those that were not processed go ahead of newer ones.
 */
export class WaitingLine implements Carrier {
  readonly #onLate: (parcel: Parcel) => void;
  readonly #choosy: Expiry<Parcel>;
  readonly #replays: Expiry<Parcel>;
  readonly #line: Expiry<Parcel>;

  /** `onLate` hears of each parcel that waited past its deadline, when it is no longer in the line. */
  constructor(clock: Clock, onLate: (parcel: Parcel) => void) {
    this.#onLate = onLate;
    this.#choosy = new Expiry(clock);
    this.#replays = new Expiry(clock);
    this.#line = new Expiry(clock);
  }

  get length(): number {
    return this.#choosy.size + this.#replays.size + this.#line.size;
  }

  add(parcel: Parcel): void {
    parcel.carrier = this;
    parcel.expiresAt = parcel.deadline;
    this.#partFor(parcel).add(parcel);
  }

  /**
   * The first parcel that suits. It stays in the line. Those that not every connection suits have been sent before and have
   * waited longest, so they come first.
   */
  first(suits: (parcel: Parcel) => boolean = () => true): Parcel | undefined {
    if (this.#choosy.size > 0) {
      const chosen = this.#choosy.list().find(suits);
      if (chosen !== undefined) return chosen;
    }
    return this.#replays.first ?? this.#line.first;
  }

  /** Takes a parcel out. One that is not in the line is left alone. */
  delete(parcel: Parcel): void {
    if (parcel.carrier !== this) return;
    parcel.carrier = undefined;
    parcel.watchedBy?.delete(parcel);
  }

  /** Takes out all parcels. */
  clear(): Parcel[] {
    const parcels = [...this.#choosy.list(), ...this.#replays.list(), ...this.#line.list()];
    for (const parcel of parcels) this.delete(parcel);
    return parcels;
  }

  expired(parcel: Parcel): void {
    parcel.carrier = undefined;
    this.#onLate(parcel);
  }

  abandoned(parcel: Parcel): void {
    this.delete(parcel);
  }

  /** A parcel in the line has no stream. */
  ended(): void {}

  #partFor({ avoid, freshAfter, isReplay }: Parcel): Expiry<Parcel> {
    if (avoid !== 0 || freshAfter !== 0) return this.#choosy;
    return isReplay ? this.#replays : this.#line;
  }
}
