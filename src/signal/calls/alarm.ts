import type { Clock } from "../../clock.js";

/** Something that is due at a time. */
export interface Timed {
  dueAt: number;
  /** Its place among the others; -1: it is not waited for. */
  place: number;
}

/**
 * One timer for any number of things that are due some time: a binary heap, the earliest first, in which each thing knows its
 * place and so can be taken out. A timer of the clock's own for each would take more memory than a call. `Expiry` is one timer,
 * too, but reads all that it holds whenever something is due: that suits pushes, which end soon, and not calls, which last.
 */
export function createAlarm<One extends Timed>(clock: Clock, now: () => number, onDue: (one: One) => void) {
  const heap: One[] = [];
  let setFor = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  function put(one: One, place: number): void {
    heap[place] = one;
    one.place = place;
  }

  /** Lets it rise or sink to where it belongs. */
  function settle(one: One): void {
    let { place } = one;
    for (;;) {
      const parent = heap[(place - 1) >> 1];
      if (place === 0 || parent === undefined || parent.dueAt <= one.dueAt) break;
      const above = parent.place;
      put(parent, place);
      place = above;
    }
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      const child = right && left && right.dueAt < left.dueAt ? right : left;
      if (child === undefined || child.dueAt >= one.dueAt) break;
      const below = child.place;
      put(child, place);
      place = below;
    }
    put(one, place);
  }

  function unset(one: One): void {
    const last = heap.at(-1);
    if (one.place === -1 || last === undefined) return;
    heap.pop();
    if (last !== one) {
      put(last, one.place);
      settle(last);
    }
    one.place = -1;
  }

  /** Sees that the timer is over when the first is due. One that is over too early looks, and is set again. */
  function arm(): void {
    const [first] = heap;
    if (first && first.dueAt >= setFor) return;
    cancel();
    setFor = first?.dueAt ?? Number.POSITIVE_INFINITY;
    if (first) cancel = clock.setTimeout(ring, Math.max(0, Math.ceil(first.dueAt - now())), { background: true });
  }

  function ring(): void {
    setFor = Number.POSITIVE_INFINITY;
    const due: One[] = [];
    for (let [first] = heap; first && first.dueAt <= now(); [first] = heap) {
      unset(first);
      due.push(first);
    }
    arm();
    for (const one of due) onDue(one);
  }

  return {
    set(one: One, dueAt: number): void {
      if (one.place !== -1 && one.dueAt === dueAt) return;
      one.dueAt = dueAt;
      if (one.place === -1) one.place = heap.push(one) - 1;
      settle(one);
      arm();
    },

    unset(one: One): void {
      unset(one);
      if (heap.length === 0) arm();
    },

    close(): void {
      for (const one of heap.splice(0)) one.place = -1;
      arm();
    },
  };
}
