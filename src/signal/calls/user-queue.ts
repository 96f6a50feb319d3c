/** Runs steps on the same users one after the other, so that what comes of them leaves in the order in which it happened. */
export function createUserQueue() {
  const tails = new Map<string, Promise<unknown>>();

  return async function inTurn<T>(userIds: readonly string[], run: () => Promise<T>): Promise<T> {
    const before = Promise.all(userIds.map(userId => tails.get(userId)));
    const mine = before.then(run);
    const tail = mine.catch(() => {});
    for (const userId of userIds) tails.set(userId, tail);
    try {
      return await mine;
    } finally {
      for (const userId of userIds) if (tails.get(userId) === tail) tails.delete(userId);
    }
  };
}
