import { type Clock, monotonicNow } from "../clock.js";

/** Milliseconds after its time from which a timer is late: the process was busy, and what has arrived may still be unread. */
export const LATE = 50;

/** Something that must end by a time, and its place among the others. */
export abstract class Expiring {
  /** Monotonic milliseconds. Changed only while it is not watched. */
  expiresAt: number;
  /** Where it is watched: one list at a time. */
  watchedBy: Expiry | undefined = undefined;
  /** Its neighbours while it is watched. Only {@link Expiry} touches them. */
  previous: Expiring | undefined = undefined;
  next: Expiring | undefined = undefined;

  constructor(expiresAt: number) {
    this.expiresAt = expiresAt;
  }

  abstract expire(): void;
}

/**
 * What is under way, in the order it came, and ended on time with one timer for all. Adding and removing cost next to
 * nothing; a push that is answered in time never touches a timer of its own.
 *
 * Linked by hand because of what a `Set` holds on to: each time it makes a new table, V8 chains the old one to it, and once
 * the first of them is old, all pushes that were ever in one stay in memory until the next full collection.
 */
export class Expiry<Item extends Expiring = Expiring> {
  readonly #clock: Clock;
  #first: Item | undefined;
  #last: Item | undefined;
  #size = 0;
  #timerAt = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  /** The item that was added first. */
  get first(): Item | undefined {
    return this.#first;
  }

  /** A copy, so that items may end while going through it. */
  list(): Item[] {
    const items: Item[] = [];
    for (let item = this.#first; item !== undefined; item = item.next as Item | undefined) items.push(item);
    return items;
  }

  /** Takes it out of the list in which it was. */
  add(item: Item): void {
    item.watchedBy?.delete(item);
    item.watchedBy = this;
    item.previous = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
    this.#size++;
    if (item.expiresAt < this.#timerAt) this.#arm(item.expiresAt);
  }

  /** An item that is not in this list is left alone. */
  delete(item: Item): void {
    if (item.watchedBy !== this) return;
    item.watchedBy = undefined;
    const previous = item.previous as Item | undefined;
    const next = item.next as Item | undefined;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    item.previous = undefined;
    item.next = undefined;
    this.#size--;
    // The timer stays: it is due at most once per time-out, and arming it anew for each push would cost more. But with
    // nothing left to watch it must not keep the process alive.
    if (this.#size === 0) this.#disarm();
  }

  #arm(at: number): void {
    this.#cancel?.();
    this.#timerAt = at;
    // Rounded up to whole milliseconds, and never less than one: thousands of items due within a breath are one sweep.
    const delay = Math.max(1, Math.ceil(at - monotonicNow(this.#clock)));
    this.#cancel = this.#clock.setTimeout(() => this.#due(), delay);
  }

  /**
   * A timer that comes late means that the process was busy or stopped. What has arrived meanwhile is read first,
   * because it may end what would expire.
   */
  #due(): void {
    if (monotonicNow(this.#clock) - this.#timerAt < LATE) this.#sweep();
    else setImmediate(() => this.#sweep());
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = monotonicNow(this.#clock);
    const items = this.list();
    const next = items.reduce(
      (soonest, { expiresAt }) => (expiresAt > now ? Math.min(soonest, expiresAt) : soonest),
      Number.POSITIVE_INFINITY,
    );
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    for (const item of items) {
      // Ending one item may have ended this one or moved it: it may be in another list by now, or here with a later
      // time.
      if (item.watchedBy !== this || item.expiresAt > now) continue;
      this.delete(item);
      item.expire();
    }
  }
}
