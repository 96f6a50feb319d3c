/** Appends to a list that keeps its last `limit` items, in place: the list is in the hands of users. */
export function remember<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item);
  if (list.length > limit) list.splice(0, list.length - limit);
}
