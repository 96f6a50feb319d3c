/** Tells listeners that something has changed, once for everything that changes in one turn of the event loop. */
export function createChanges(): { changed(): void; onChange(listener: () => void): () => void } {
  const listeners = new Set<() => void>();
  let isPending = false;

  return {
    changed() {
      if (isPending || listeners.size === 0) return;
      isPending = true;
      setImmediate(() => {
        isPending = false;
        for (const listener of listeners) listener();
      });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
