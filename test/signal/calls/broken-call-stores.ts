import type { CallPut, CallStore, CallsChange, StoredCall } from "apns-voip/signal";

/** A plain store whose every rule can be replaced by a wrong one. */
interface Rules {
  readonly userKey: (userId: string) => string;
  /** Whether the step may write. */
  readonly mayWrite: (now: readonly string[], read: readonly string[]) => boolean;
  readonly beforeWrite: () => Promise<void> | undefined;
  /** Whose marks change. */
  readonly touched: (call: { readonly users: readonly string[] }, change: CallsChange) => readonly string[];
  readonly mark: (before: string | undefined) => string;
  readonly keep: (call: StoredCall, before: StoredCall | undefined) => StoredCall;
  /** In whose states a call is. */
  readonly states: (call: { readonly users: readonly string[] }) => readonly string[];
  readonly writesOnRefusal: boolean;
  readonly drops: boolean;
  readonly dropsDue: boolean;
  readonly unique: boolean;
  readonly isDue: (dueAt: number, now: number) => boolean;
  readonly order: (a: StoredCall, b: StoredCall) => number;
  readonly most: (most: number) => number;
  readonly again: (again: number, now: number) => number | undefined;
  readonly beforeDue: () => Promise<void> | undefined;
  readonly dueAt: (call: StoredCall, before: number | undefined) => number;
  readonly dueTouches: boolean;
  /** The texts beside a call, from what they were. */
  readonly texts: (call: CallPut, before: ReadonlyMap<number, string>) => ReadonlyMap<number, string>;
  readonly textsKey: (call: { readonly id: string; readonly users: readonly string[] }) => string;
  readonly dropsTexts: boolean;
  readonly keepsRefusedTexts: boolean;
}

let marks = 0;

const RIGHT: Rules = {
  userKey: userId => userId,
  mayWrite: (now, read) => now.every((mark, n) => mark === read[n]),
  beforeWrite: () => undefined,
  touched: call => call.users,
  mark: () => String(++marks),
  keep: call => call,
  states: call => call.users,
  writesOnRefusal: false,
  drops: true,
  dropsDue: true,
  unique: true,
  isDue: (dueAt, now) => dueAt <= now,
  order: (a, b) => a.dueAt - b.dueAt,
  most: most => most,
  again: again => again,
  beforeDue: () => undefined,
  dueAt: call => call.dueAt,
  dueTouches: false,
  texts: ({ texts = [], forget = [] }, before) =>
    new Map([...before, ...texts].filter(([name]) => !forget.includes(name))),
  textsKey: ({ id }) => id,
  dropsTexts: true,
  keepsRefusedTexts: false,
};

export function callStore(changed: Partial<Rules> = {}): CallStore {
  const rules = { ...RIGHT, ...changed };
  const states = new Map<string, Map<string, StoredCall>>();
  const markOf = new Map<string, string>();
  const due = new Map<string, StoredCall>();
  const texts = new Map<string, ReadonlyMap<number, string>>();
  const keepTexts = (call: CallPut) =>
    texts.set(rules.textsKey(call), rules.texts(call, texts.get(rules.textsKey(call)) ?? new Map()));
  const plain = ({ id, users, value, dueAt, expiresAt }: StoredCall) => ({ id, users, value, dueAt, expiresAt });
  const stateOf = (userId: string) => {
    const key = rules.userKey(userId);
    if (!states.has(key)) states.set(key, new Map());
    return states.get(key)!;
  };
  const marksOf = (users: readonly string[]) => users.map(userId => markOf.get(rules.userKey(userId)) ?? "");

  return {
    async read(users) {
      const calls = users.flatMap(userId => [...stateOf(userId).values()]);
      const unique = rules.unique ? [...new Map(calls.map(call => [call.id, call])).values()] : calls;
      return { calls: unique, marks: marksOf(users) };
    },

    async texts(call) {
      return texts.get(rules.textsKey(call)) ?? new Map();
    },

    async write(change) {
      const mayWrite = rules.mayWrite(marksOf(change.users), change.marks);
      const pause = rules.beforeWrite();
      if (pause) await pause;
      if (!mayWrite && rules.keepsRefusedTexts) for (const call of change.put) keepTexts(call);
      if (!mayWrite && !rules.writesOnRefusal) return false;
      for (const call of change.put) {
        keepTexts(call);
        for (const userId of rules.states(call))
          stateOf(userId).set(call.id, rules.keep(plain(call), stateOf(userId).get(call.id)));
        due.set(call.id, { ...call, dueAt: rules.dueAt(call, due.get(call.id)?.dueAt) });
      }
      for (const call of change.drop) {
        if (rules.dropsTexts) texts.delete(rules.textsKey(call));
        if (rules.dropsDue) due.delete(call.id);
        if (rules.drops) for (const userId of rules.states(call)) stateOf(userId).delete(call.id);
      }
      for (const call of [...change.put, ...change.drop])
        for (const userId of rules.touched(call, change)) {
          const key = rules.userKey(userId);
          markOf.set(key, rules.mark(markOf.get(key)));
        }
      return mayWrite;
    },

    async due(now, again, most) {
      const found = [...due.values()]
        .filter(({ dueAt }) => rules.isDue(dueAt, now))
        .sort(rules.order)
        .slice(0, rules.most(most));
      const pause = rules.beforeDue();
      if (pause) await pause;
      for (const call of found) {
        const at = rules.again(again, now);
        if (at === undefined) due.delete(call.id);
        else due.set(call.id, { ...call, dueAt: at });
        if (rules.dueTouches) for (const userId of call.users) markOf.set(rules.userKey(userId), String(++marks));
      }
      return found.map(({ id, users }) => ({ id, users }));
    },
  };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));
const first = ({ users }: { readonly users: readonly string[] }) => users.slice(0, 1);
const second = ({ users }: { readonly users: readonly string[] }) => users.slice(1);

const BROKEN: Readonly<Record<string, Partial<Rules>>> = {
  "never refuses": { mayWrite: () => true },
  "always refuses": { mayWrite: () => false },
  "compares the first user only": { mayWrite: (now, read) => now[0] === read[0] },
  "compares the last user only": { mayWrite: (now, read) => now.at(-1) === read.at(-1) },
  "is content when one user is as he was": { mayWrite: (now, read) => now.some((mark, n) => mark === read[n]) },
  "compares, waits, then writes": { beforeWrite: turn },
  "says that it refused, and writes": { writesOnRefusal: true },
  "marks the first user only": { touched: first },
  "marks the second user only": { touched: second },
  "marks those that were read only": { touched: (_, { users }) => users },
  "does not mark when a call is dropped": {
    touched: (call, { drop }) => (drop.includes(call as never) ? [] : call.users),
  },
  "counts from nought when a user has no calls": (() => {
    let calls = 0;
    return {
      mark: () => {
        calls = (calls + 1) % 2;
        return String(calls);
      },
    };
  })(),
  "has one mark for everybody that was ever there": { mark: () => "there" },

  "keeps a call with its first user only": { states: first },
  "keeps a call with its second user only": { states: second },
  "keeps what was there before": { keep: (call, before) => before ?? call },
  "keeps the first value": { keep: (call, before) => ({ ...call, value: before?.value ?? call.value }) },
  "cuts values at 65535 characters": { keep: call => ({ ...call, value: call.value.slice(0, 65_535) }) },
  "trims values": { keep: call => ({ ...call, value: call.value.trim() || "null" }) },
  "repairs values": { keep: call => ({ ...call, value: call.value.replaceAll("\\ud800", "\ufffd") }) },
  "stores whole seconds": { keep: call => ({ ...call, expiresAt: Math.floor(call.expiresAt / 1_000) * 1_000 }) },
  "gives a call once per user": { unique: false },
  "drops nothing": { drops: false },
  "reads user ids as numbers": { userKey: id => (Number.isNaN(Number(id)) ? id : String(Number(id))) },
  "folds the case of user ids": { userKey: id => id.toLowerCase() },
  "normalises user ids": { userKey: id => id.normalize() },
  "trims user ids": { userKey: id => id.trim() },
  "cuts user ids at 255 characters": { userKey: id => id.slice(0, 255) },
  "takes a colon for the end of a user id": { userKey: id => id.split(":")[0] ?? id },

  "hands out what is not due yet": { isDue: () => true },
  "hands out a second early": { isDue: (dueAt, now) => dueAt <= now + 1_000 },
  "hands out a moment late": { isDue: (dueAt, now) => dueAt < now },
  "hands out nothing": { isDue: () => false },
  "hands out the latest first": { order: (a, b) => b.dueAt - a.dueAt },
  "hands out in the order of writing": { order: () => 0 },
  "hands out all, however many were wanted": { most: () => 1_000 },
  "hands out one too few": { most: most => most - 1 },
  "hands out to everybody": { again: (_, now) => now },
  "hands out once and for all": { again: () => undefined },
  "looks, waits, then postpones": { beforeDue: turn },
  "keeps the first due time": { dueAt: (call, before) => before ?? call.dueAt },
  "is due for what was dropped": { dropsDue: false },
  "changes the state when it hands out": { dueTouches: true },

  "keeps no texts": { texts: () => new Map() },
  "keeps the texts of the last write only": { texts: ({ texts = new Map() }) => texts },
  "forgets no texts": { texts: ({ texts = [] }, before) => new Map([...before, ...texts]) },
  "forgets all texts at once": {
    texts: ({ texts = [], forget = [] }, before) => new Map([...(forget.length > 0 ? [] : before), ...texts]),
  },
  "forgets instead of adding": {
    texts: ({ texts = [], forget = [] }, before) =>
      forget.length > 0
        ? new Map([...before].filter(([name]) => !forget.includes(name)))
        : new Map([...before, ...texts]),
  },
  "cuts texts at 65535 characters": {
    texts: ({ texts = [], forget = [] }, before) =>
      new Map(
        [...before, ...texts]
          .filter(([name]) => !forget.includes(name))
          .map(([name, text]) => [name, text.slice(0, 65_535)]),
      ),
  },
  "has the texts of two users' calls in one place": { textsKey: ({ users }) => users.join() },
  "keeps the texts of a call that is dropped": { dropsTexts: false },
  "keeps the texts of a step that it refuses": { keepsRefusedTexts: true },
};

export const brokenCallStores: Readonly<Record<string, () => CallStore>> = {
  ...Object.fromEntries(Object.entries(BROKEN).map(([fault, rules]) => [fault, () => callStore(rules)])),
  "says written and did not": () => ({ ...callStore(), write: async () => true }),
  "gives no marks": () => {
    const right = callStore();
    return { ...right, read: async users => ({ ...(await right.read(users)), marks: [] }) };
  },
  "fails where nothing is due": () => {
    const right = callStore();
    return {
      ...right,
      due: async (...args) => {
        const found = await right.due(...args);
        if (found.length === 0) throw new Error("nothing is due");
        return found;
      },
    };
  },
  "names no users with what is due": () => {
    const right = callStore();
    return { ...right, due: async (...args) => (await right.due(...args)).map(({ id }) => ({ id, users: ["", ""] })) };
  },
};
