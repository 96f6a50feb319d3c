import type { CallName, CallStore, StoredCall } from "./store.js";

interface UserState {
  mark: string;
  readonly calls: Map<string, StoredCall>;
}

/** Calls in this process's memory: for one signal server. For several take `redisCallStore` of `apns-voip/redis`. */
export function memoryCallStore(): CallStore {
  const users = new Map<string, UserState>();
  // By age of their last change. What is due is asked for seldom: each call has a timer where it was made.
  const calls = new Map<string, { readonly call: StoredCall; dueAt: number }>();
  let marks = 0;

  function state(userId: string): UserState {
    let found = users.get(userId);
    if (found === undefined) {
      found = { mark: "", calls: new Map() };
      users.set(userId, found);
    }
    return found;
  }

  function remove({ id, users: both }: CallName): void {
    calls.delete(id);
    for (const userId of both) users.get(userId)?.calls.delete(id);
  }

  function touch(both: readonly string[], mark: string): void {
    for (const userId of both) {
      const found = users.get(userId);
      if (found?.calls.size === 0) users.delete(userId);
      else if (found) found.mark = mark;
    }
  }

  return {
    isShared: false,

    async read(userIds) {
      const found = new Map<string, StoredCall>();
      for (const userId of userIds) for (const [id, call] of users.get(userId)?.calls ?? []) found.set(id, call);
      return { calls: [...found.values()], marks: userIds.map(userId => users.get(userId)?.mark ?? "") };
    },

    async write({ users: named, marks: read, put, drop, now }) {
      if (named.some((userId, index) => (users.get(userId)?.mark ?? "") !== read[index])) return false;
      for (const call of put) {
        for (const userId of call.users) state(userId).calls.set(call.id, call);
        calls.delete(call.id);
        calls.set(call.id, { call, dueAt: call.dueAt });
      }
      for (const call of drop) remove(call);
      const mark = String(++marks);
      for (const call of [...put, ...drop]) touch(call.users, mark);
      for (const [, { call }] of calls) {
        if (call.expiresAt > now) break;
        remove(call);
        touch(call.users, mark);
      }
      return true;
    },

    async due(now, again, most) {
      const due = [...calls.values()]
        .filter(({ dueAt }) => dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, most);
      for (const entry of due) entry.dueAt = again;
      return due.map(({ call: { id, users } }) => ({ id, users }));
    },
  };
}
