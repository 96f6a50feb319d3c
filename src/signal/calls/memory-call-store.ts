import type { CallName, CallPut, CallStore, StoredCall } from "./store.js";

/** What is kept of a call, once for both users. */
interface Record extends StoredCall {
  /** When it is due, which handing it out puts off. */
  due: number;
  readonly texts: readonly Text[];
}

interface Text {
  readonly name: number;
  readonly text: string;
}

interface UserState {
  mark: number;
  // Few: a list takes a fifth of the memory of a map.
  calls: readonly Record[];
}

/** Calls in this process's memory: for one signal server. For several take `redisCallStore` of `apns-voip/redis`. */
export function memoryCallStore(): CallStore {
  const users = new Map<string, UserState>();
  // By age of their last change. What is due is asked for seldom: each call is looked at in time where it was made.
  const records = new Map<string, Record>();
  let marks = 0;

  const markOf = (userId: string) => String(users.get(userId)?.mark ?? "");

  function keep(call: CallPut): void {
    const before = records.get(call.id);
    const { id, users: both, value, dueAt, expiresAt } = call;
    const record = { id, users: both, value, dueAt, expiresAt, due: dueAt, texts: textsAfter(before?.texts, call) };
    records.delete(id);
    records.set(id, record);
    for (const userId of new Set(both)) {
      const state = users.get(userId);
      // Joined, because a list that is pushed to has room for 16 more.
      if (state) state.calls = state.calls.filter(other => other !== before).concat(record);
      else users.set(userId, { mark: 0, calls: [record] });
    }
  }

  function remove({ id, users: both }: CallName): void {
    records.delete(id);
    for (const userId of both) {
      const state = users.get(userId);
      if (state) state.calls = state.calls.filter(call => call.id !== id);
    }
  }

  function touch(both: readonly string[], mark: number): void {
    for (const userId of both) {
      const state = users.get(userId);
      if (state?.calls.length === 0) users.delete(userId);
      else if (state) state.mark = mark;
    }
  }

  return {
    isShared: false,

    async read(userIds) {
      const calls = new Set(userIds.flatMap(userId => users.get(userId)?.calls ?? []));
      return { calls: [...calls].map(plain), marks: userIds.map(markOf) };
    },

    async texts({ id }) {
      return new Map((records.get(id)?.texts ?? NONE).map(({ name, text }) => [name, text]));
    },

    async write({ users: named, marks: read, put, drop, now }) {
      if (named.some((userId, index) => markOf(userId) !== read[index])) return false;
      for (const call of put) keep(call);
      for (const call of drop) remove(call);
      const mark = ++marks;
      for (const call of [...put, ...drop]) touch(call.users, mark);
      for (const call of records.values()) {
        if (call.expiresAt > now) break;
        remove(call);
        touch(call.users, mark);
      }
      return true;
    },

    async due(now, again, most) {
      const found = [...records.values()]
        .filter(({ due }) => due <= now)
        .sort((a, b) => a.due - b.due)
        .slice(0, most);
      for (const record of found) record.due = again;
      return found.map(({ id, users }) => ({ id, users }));
    },
  };
}

function plain({ id, users, value, dueAt, expiresAt }: Record): StoredCall {
  return { id, users, value, dueAt, expiresAt };
}

const NONE: readonly Text[] = [];

function textsAfter(before: readonly Text[] = NONE, { texts = new Map(), forget = [] }: CallPut): readonly Text[] {
  if (texts.size === 0 && forget.length === 0) return before;
  const added = Array.from(texts, ([name, text]) => ({ name, text }));
  const after = before.filter(({ name }) => !forget.includes(name)).concat(added);
  return after.length === 0 ? NONE : after;
}
