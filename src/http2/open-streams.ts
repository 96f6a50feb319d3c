import type { Stream } from "./stream.js";

/** Places at first, and at most. Powers of two. */
const [FEWEST, MOST] = [256, 4096];

/**
 * The streams that are open, by their ids. Ids rise by two and nearly all streams end soon, so a stream's place follows from
 * its id: it is free again long before the ids come round to it. A stream that is still open then makes room.
 *
 * A `Map` for all of them would keep those that have ended: each time it makes a new table V8 chains the old one to it, and
 * once the first of them is old, what was in them stays in memory until the next full collection. That was an eighth of what a push
 * costs.
 */
export class OpenStreams {
  #places: (Stream | undefined)[] = emptied(FEWEST);
  /** Those that have made room. */
  readonly #displaced = new Map<number, Stream>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The newest of all. */
  add(stream: Stream): void {
    let place = this.#placeOf(stream.id);
    while (this.#places[place] !== undefined && this.#places.length < MOST) {
      this.#widen();
      place = this.#placeOf(stream.id);
    }
    const older = this.#places[place];
    if (older !== undefined) this.#displaced.set(older.id, older);
    this.#places[place] = stream;
    this.#size++;
  }

  get(id: number): Stream | undefined {
    const stream = this.#places[this.#placeOf(id)];
    return stream?.id === id ? stream : this.#displaced.get(id);
  }

  delete(stream: Stream): void {
    const place = this.#placeOf(stream.id);
    if (this.#places[place] === stream) this.#places[place] = undefined;
    else if (!this.#displaced.delete(stream.id)) return;
    this.#size--;
  }

  /** A copy, in the order in which they were opened. */
  list(): Stream[] {
    const placed = this.#places.filter(stream => stream !== undefined);
    return [...this.#displaced.values(), ...placed].sort((a, b) => a.id - b.id);
  }

  #placeOf(id: number): number {
    return (id >>> 1) & (this.#places.length - 1);
  }

  /** No two streams that had places of their own share one afterwards. */
  #widen(): void {
    const placed = this.#places.filter(stream => stream !== undefined);
    this.#places = emptied(2 * this.#places.length);
    for (const stream of placed) this.#places[this.#placeOf(stream.id)] = stream;
  }
}

function emptied(places: number): undefined[] {
  return new Array<undefined>(places).fill(undefined);
}
