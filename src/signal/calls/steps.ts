import type { Clock } from "../../clock.js";
import { inTime } from "../../internal/in-time.js";
import { type Call, isBetween } from "./call.js";
import { keptBy } from "./kept-texts.js";
import { isBare, type KnownPhone } from "./phone.js";
import { wakesNobody } from "./push-rules.js";
import type { createRoster } from "./roster.js";
import { type CallEvent, step } from "./rules.js";
import { type CallSignal, passedOn } from "./signals.js";
import type { CallName, CallPut, CallStore, CallsChange, CallsRead, StoredCall } from "./store.js";
import { dueAt, expiresAt, isOverdue } from "./time-rules.js";
import type { Surroundings, Turn } from "./turn.js";
import { createUserQueue } from "./user-queue.js";

/** Milliseconds within which a store has to answer. */
const STORE_LIMIT = 2_000;

/** A step that is done: what it brought about, and the calls as they are kept now. */
export interface Done {
  readonly turn: Turn;
  readonly signals: readonly CallSignal[];
  readonly store: CallStore;
  readonly put: readonly { readonly call: Call; readonly stored: CallPut }[];
  /** The calls that the step has looked at and left alone. */
  readonly seen: readonly { readonly call: Call; readonly stored: StoredCall }[];
}

/** A call store that did not answer as it should. */
export class StoreFailure extends Error {
  readonly operation: "read" | "write" | "due";
  constructor(operation: StoreFailure["operation"], cause: unknown) {
    super(`the call store's ${operation} failed`, { cause });
    this.operation = operation;
  }
}

export interface StepsOptions {
  readonly clock: Clock;
  readonly roster: ReturnType<typeof createRoster>;
  readonly surroundings: Omit<Surroundings, "now" | "online" | "offers">;
  readonly now: () => number;
}

/** Takes steps: reads the state, asks who is connected, lets the rules decide, writes, and begins again if others were faster. */
export function createSteps({ clock, roster, surroundings, now }: StepsOptions) {
  const inTurn = createUserQueue();

  return async function take(event: CallEvent, users: readonly string[], store: CallStore): Promise<Done> {
    const named = [...new Set(users)].sort();

    async function ask<T>(operation: StoreFailure["operation"], answer: () => Promise<T>): Promise<T> {
      try {
        return await inTime(clock, STORE_LIMIT, answer());
      } catch (error) {
        throw new StoreFailure(operation, error);
      }
    }

    return inTurn(named, async () => {
      for (;;) {
        const read = await ask("read", async () => store.read(named));
        const before = read.calls.flatMap(stored => readCall(stored));
        const calls = before.map(({ call }) => call);
        const [asked, mayBeKept] = whoIsAskedFor(event, calls);
        const overdue = calls.filter(call => isOverdue(call, now(), surroundings.ringTimeout));
        const concerned = [...new Set([...asked, ...overdue.flatMap(({ from, to }) => [from, to])])];
        const online = await roster.of(concerned, mayBeKept && overdue.length === 0);
        const textsOf = (call: Call) => ask("read", async () => store.texts(nameOf(call)));
        const offers = await offersLike(event, calls, textsOf);
        const turn = step(calls, event, { ...surroundings, now: now(), online, offers });
        const { change, put, seen } = changeOf(read, named, before, turn);
        // Read first: what is sent now may be kept no longer.
        const signals = await signalsOf(turn, textsOf);
        if (change === undefined || (await ask("write", async () => store.write(change))))
          return { turn, signals, store, put, seen };
      }
    });
  };
}

interface Kept {
  readonly call: Call;
  readonly stored: StoredCall;
}

/** Reads a stored call. A value that cannot be read is left out, as no call of ours. */
function readCall(stored: StoredCall): Kept[] {
  try {
    return [{ call: JSON.parse(stored.value) as Call, stored }];
  } catch {
    return [];
  }
}

function nameOf({ id, from, to }: Call): CallName {
  return { id, users: [from, to] };
}

type TextsOf = (call: Call) => Promise<ReadonlyMap<number, string>>;

/** The texts of offers that the one which is made now may repeat: of the same phone's user to the same user, and as long. */
async function offersLike(event: CallEvent, calls: readonly Call[], textsOf: TextsOf): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (event.type !== "offer") return found;
  for (const call of calls) {
    const [name, characters] = call.offer ?? [];
    const mayBeIt = call.from === event.phone.userId && call.to === event.to && characters === event.text.length;
    if (!mayBeIt || name === undefined) continue;
    const text = (await textsOf(call)).get(name);
    if (text !== undefined) found.set(call.id, text);
  }
  return found;
}

/** The signals, with the texts that were kept. One whose text is gone has been sent by a step that was faster. */
async function signalsOf(turn: Turn, textsOf: TextsOf): Promise<CallSignal[]> {
  const read = new Map<string, ReadonlyMap<number, string>>();
  const textOf = async (call: Call, name: number) => {
    const added = turn.texts.find(text => text.callId === call.id && text.name === name);
    if (added) return added.text;
    const texts = read.get(call.id) ?? (await textsOf(call));
    read.set(call.id, texts);
    return texts.get(name);
  };
  const signals: CallSignal[] = [];
  for (const signal of turn.signals) {
    if (signal.event === "call-ended") {
      signals.push(signal);
      continue;
    }
    const { phone, event, from, text } = signal;
    const sent = typeof text === "string" ? text : await textOf(text.call, text.name);
    if (sent !== undefined) signals.push(passedOn(phone, event, from, sent));
  }
  return signals;
}

/** How the texts beside a call change, from what its value was to what it is. */
function textsChange(call: Call, before: string | undefined, turn: Turn): Pick<CallPut, "texts" | "forget"> {
  const now = new Set(keptBy(call).map(([name]) => name));
  const added = turn.texts.filter(({ callId, name }) => callId === call.id && now.has(name));
  const kept = before === undefined ? [] : keptBy(JSON.parse(before) as Call).map(([name]) => name);
  const gone = kept.filter(name => !now.has(name));
  return {
    ...(added.length > 0 && { texts: new Map(added.map(({ name, text }) => [name, text])) }),
    ...(gone.length > 0 && { forget: gone }),
  };
}

function changeOf({ marks }: CallsRead, users: readonly string[], before: readonly Kept[], turn: Turn) {
  const storedBefore = new Map(before.map(({ call, stored }) => [call.id, stored]));
  const after = turn.calls.map(call => {
    const times = { dueAt: dueAt(call, turn), expiresAt: expiresAt(call, turn) };
    return {
      call,
      stored: { id: call.id, users: [call.from, call.to], value: JSON.stringify(call), ...times } as const,
    };
  });
  const isSame = ({ stored: { id, value } }: Kept) => storedBefore.get(id)?.value === value;
  const put = after
    .filter(kept => !isSame(kept))
    .map(({ call, stored }) => {
      const change = textsChange(call, storedBefore.get(call.id)?.value, turn);
      return { call, stored: { ...stored, ...change } };
    });
  const drop = turn.dropped
    .filter(({ id }) => storedBefore.has(id))
    .map(({ id, from, to }) => ({ id, users: [from, to] as const }));
  const isChanged = put.length > 0 || drop.length > 0;
  const change: CallsChange | undefined = isChanged
    ? { users, marks, put: put.map(({ stored }) => stored), drop, now: turn.now }
    : undefined;
  return { change, put, seen: after.filter(isSame) };
}

/** The users whose connections a step has to know, and whether an answer of a moment ago will do. */
function whoIsAskedFor(event: CallEvent, calls: readonly Call[]): [userIds: readonly string[], mayBeKept: boolean] {
  const between = (phone: KnownPhone, to: string) =>
    calls.filter(call => call.state !== "over" && isBetween(call, phone.userId, to));
  switch (event.type) {
    case "offer":
      return [between(event.phone, event.to).some(({ state }) => state === "answered") ? [event.to] : [], false];
    case "answer":
    case "end":
      return [between(event.phone, event.to).length > 0 ? [...new Set([event.to, event.phone.userId])] : [], false];
    case "candidate":
      // Not an answer of before that phone has answered the call: it has to say whether the caller's server is there.
      return [
        between(event.phone, event.to).length > 0 ? [event.to] : [],
        !calls.some(({ keptAnswer }) => keptAnswer?.by === event.phone.id),
      ];
    case "register": {
      const { userId, id, key } = event.phone;
      const callers = calls.filter(({ keptAnswer, to }) => keptAnswer && to === userId && keptAnswer.by !== id);
      return [
        [...new Set([...(isBare(key) && calls.length > 0 ? [userId] : []), ...callers.map(({ from }) => from)])],
        false,
      ];
    }
    case "gone": {
      const { userId } = event.phone;
      const rings = calls.filter(({ state, to }) => state === "ringing" && to === userId);
      const callers = rings.filter(wakesNobody).map(({ from }) => from);
      return [rings.length > 0 ? [...new Set([userId, ...callers])] : [], false];
    }
    case "hold":
    case "hand-over":
      return [[], false];
    default: {
      const call = calls.find(({ id }) => id === event.callId);
      if (call?.state === "ringing") return [[call.from, call.to], false];
      return [call?.askAgainAt === undefined ? [] : [call.to], false];
    }
  }
}
