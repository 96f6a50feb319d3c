/** Appends to a list and keeps its last `limit` items. It changes the list itself, because users hold it (`mock.pushes`). */
export function remember<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item);
  if (list.length > limit) list.splice(0, list.length - limit);
}
