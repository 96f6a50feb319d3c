import { type Clock, monotonicNow, systemClock } from "../../clock.js";
import type { OnEvent, SignalEvent } from "../../events.js";
import { emit as tell } from "../../internal/emit.js";
import { RING_TIMEOUT } from "../../payload/ring-timeout.js";
import type { Call } from "./call.js";
import type { Calls } from "./calls.js";
import { bytesOf, keptBy } from "./kept-texts.js";
import { createLedger, type Known } from "./ledger.js";
import { CALL_BYTES, MAX_SIZE, MAX_TOTAL_SIZE, PUSH_BYTES } from "./limits.js";
import { memoryCallStore } from "./memory-call-store.js";
import { type CallsOptions, checkCallsOptions } from "./options.js";
import { type KnownPhone, type Phone, readPhone } from "./phone.js";
import { createPusher, type Sending } from "./pusher.js";
import { type Addressed, readBody, readOffer } from "./read-body.js";
import { createRoster } from "./roster.js";
import type { CallEvent } from "./rules.js";
import type { CallSignal } from "./signals.js";
import { createSteps, type Done, StoreFailure } from "./steps.js";
import type { CallName, CallStore, StoredCall } from "./store.js";
import { createTakeOver } from "./take-over.js";
import type { PushOrder, RefusedEvent } from "./turn.js";
import { passOnBlindly } from "./without-store.js";

/** Milliseconds for which one of several processes has what it is about to do. Then another one takes it over. */
const LEASE = 1_400;
/** Milliseconds between two renewals of a lease. */
const RENEW_EVERY = 400;
/** Milliseconds until a store that has failed is asked again. */
const RETRY = 1_000;
/** Milliseconds of the lease where there is one process: nobody takes anything over. */
const FOR_EVER = Number.MAX_SAFE_INTEGER / 4;

/**
 * Makes the signal server's half of a call: from the offer to the hang-up, for all phones of both users, on one server or on
 * many.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, naming everything that is missing or wrong.
 * @example
 * ```ts
 * const calls = createCalls({
 *   push: createPushApiClient({ apiUrl: API_URL, adminToken: ADMIN_PUSH_TOKEN }),
 *   online: userId => phonesInRoom(`user:${userId}`),
 *   emit: signals => signals.forEach(send),
 * });
 * socket.on("offer", async body => (await calls.offer(phone, body)).forEach(send));
 * ```
 */
export function createCalls(options: CallsOptions): Calls {
  checkCallsOptions(options);
  const {
    push,
    ringTimeout = RING_TIMEOUT,
    quietAfter = 8_000,
    maxCalls = 50_000,
    store: main = memoryCallStore(),
  } = options;
  const inherited = push as { readonly onEvent?: OnEvent; readonly clock?: Clock };
  const { onEvent = inherited.onEvent, clock = inherited.clock ?? systemClock } = options;
  const isShared = main.isShared === true;
  const now = isShared ? () => clock.now() : () => monotonicNow(clock);
  // The store in which calls go on while the other one fails.
  const reserve = memoryCallStore();
  const happened = (event: SignalEvent) => tell(onEvent, event);
  let isClosed = false;

  const renewal = isShared ? { every: RENEW_EVERY, renew } : undefined;
  const pusher = createPusher(push, clock, renewal);
  const roster = createRoster(options.online, clock, (userId, error) =>
    happened({ type: "signal.online-failed", userId, error }),
  );
  const ledger = createLedger({ maxCalls, maxTotalSize: MAX_TOTAL_SIZE, clock, now, onDue });
  const surroundings = {
    ringTimeout,
    quietAfter,
    isShared,
    lease: isShared ? LEASE : FOR_EVER,
    isSending: pusher.isSending,
    isFull: () => ledger.isFull,
    newId: () => crypto.randomUUID(),
  };
  const take = createSteps({ clock, roster, surroundings, now });

  /** Takes a step, and does what comes of it. */
  async function run(event: CallEvent, users: readonly string[], store: CallStore): Promise<readonly CallSignal[]> {
    const done = await take(event, users, store);
    follow(done);
    return done.signals;
  }

  function follow({ turn, store, put, seen }: Done): void {
    for (const { id } of turn.dropped) ledger.forget(id);
    for (const { call, except } of turn.cancels) pusher.cancel(call.id, except);
    for (const event of turn.events) happened(event);
    for (const order of turn.pushes) send(order, store);
    for (const { request, why } of turn.missed) void quietly(async () => options.onMissed?.(request, why));
    // Last, because a call that is being pushed takes more.
    for (const { call, stored } of put) note(call, stored, store);
    for (const { call, stored } of seen) if (ledger.knows(call.id)) note(call, stored, store);
  }

  function note(call: Call, { id, users, value, dueAt }: StoredCall, store: CallStore): void {
    if (isClosed) return;
    const texts = keptBy(call).reduce((sum, [, , bytes]) => sum + bytes, 0);
    const size = CALL_BYTES + bytesOf(value) + texts + PUSH_BYTES * pusher.pushesOf(id);
    ledger.note({ id, users, store }, { state: call.state, size, dueAt });
  }

  function send({ call: { id, from, to }, key, request, except }: PushOrder, store: CallStore): void {
    if (isClosed) return;
    const call = { id, users: [from, to] } as const;
    void pusher.send({ key, call, store }, request, except).then(outcome => {
      if (!isClosed) return later({ type: "pushed", callId: id, key, ...outcome }, call.users, store);
    });
  }

  /** Takes a step that no phone waits for: what comes of it is emitted. */
  async function later(event: CallEvent, users: readonly string[], store: CallStore): Promise<void> {
    try {
      emitSignals(await run(event, users, store));
      emitSignals(await makeRoom());
    } catch (error) {
      hasFailed(error);
    }
  }

  function emitSignals(signals: readonly CallSignal[]): void {
    if (signals.length > 0) void quietly(async () => options.emit(signals));
  }

  /** Does what is due to a call, and says whether it is known at all. */
  async function settle({ id: callId, users }: CallName): Promise<boolean> {
    const done = await take({ type: "due", callId }, users, main);
    follow(done);
    emitSignals(done.signals);
    return [...done.put, ...done.seen].some(({ call }) => call.id === callId);
  }

  function onDue(call: Known): void {
    const { id: callId, users, store } = call;
    run({ type: "due", callId }, users, store).then(emitSignals, error => {
      hasFailed(error);
      if (!isClosed) ledger.again(call, RETRY);
    });
  }

  function renew({ key, call: { id: callId, users }, store }: Sending): void {
    void later({ type: "hold", callId, key }, users, store);
  }

  function hasFailed(error: unknown): void {
    const { operation, cause } = error instanceof StoreFailure ? error : { operation: "write" as const, cause: error };
    happened({ type: "signal.store-failed", operation, error: cause });
  }

  /** Takes the step of what a phone sent. Calls that go on without the store come first. */
  async function said(event: CallEvent, users: readonly string[]): Promise<readonly CallSignal[]> {
    if (isClosed) return [];
    if (await isInReserve(event)) return run(event, users, reserve);
    try {
      return await run(event, users, main);
    } catch (error) {
      hasFailed(error);
      if (event.type === "answer" || event.type === "candidate" || event.type === "end")
        return passOnBlindly(event, (await roster.of([event.to], false)).get(event.to) ?? []);
      return run(event, users, reserve);
    }
  }

  async function isInReserve(event: CallEvent): Promise<boolean> {
    if (!("to" in event)) return false;
    const { calls } = await reserve.read([event.phone.userId]);
    return calls.some(({ users }) => users.includes(event.to));
  }

  /** Takes the step of a phone that has come or gone, for the calls of both stores. */
  async function moved(type: "register" | "gone", given: Phone): Promise<readonly CallSignal[]> {
    const phone = read(type, given);
    if (phone === undefined) return [];
    roster.hasChanged(phone.userId);
    const signals = await said({ type, phone }, [phone.userId]);
    const { calls } = await reserve.read([phone.userId]);
    return calls.length === 0 ? signals : [...signals, ...(await run({ type, phone }, [phone.userId], reserve))];
  }

  function read(event: RefusedEvent, given: Phone): KnownPhone | undefined {
    if (isClosed) return undefined;
    const phone = readPhone(given);
    if (phone === undefined) refuse("", event, "the phone has no user id or no id");
    return phone;
  }

  function refuse(userId: string, event: RefusedEvent, why: string): CallSignal[] {
    happened({ type: "signal.refused", userId, event, why });
    return [];
  }

  /** Reads what a phone sent to another user, and lets it have its effect. */
  async function addressed<Read extends Addressed>(
    event: RefusedEvent,
    given: Phone,
    readIt: (phone: KnownPhone) => Read | { readonly why: string },
    effect: (phone: KnownPhone, read: Read) => Promise<readonly CallSignal[]>,
  ): Promise<readonly CallSignal[]> {
    const phone = read(event, given);
    if (phone === undefined) return [];
    const found = readIt(phone);
    if ("why" in found) return refuse(phone.userId, event, found.why);
    if (found.to === phone.userId) return refuse(phone.userId, event, "nobody calls himself");
    if (event !== "offer" && found.text.length > MAX_SIZE)
      return refuse(phone.userId, event, `the body has more than ${MAX_SIZE} characters`);
    return effect(phone, found);
  }

  async function makeRoom(): Promise<CallSignal[]> {
    const signals: CallSignal[] = [];
    for (let call = ledger.tooMuch; call !== undefined; call = ledger.tooMuch) {
      ledger.forget(call.id);
      try {
        signals.push(...(await run({ type: "evict", callId: call.id }, call.users, call.store)));
      } catch (error) {
        hasFailed(error);
      }
    }
    return signals;
  }

  /** The offer is kept first, so that a phone which registers meanwhile gets it; then it goes to those that are connected. */
  async function ring(made: Extract<CallEvent, { type: "offer" }>): Promise<CallSignal[]> {
    const users = [made.phone.userId, made.to];
    const isKept = await isInReserve(made);
    let done: Done;
    try {
      done = await take(made, users, isKept ? reserve : main);
    } catch (error) {
      hasFailed(error);
      done = await take(made, users, reserve);
    }
    follow(done);
    const room = await makeRoom();
    const kept = done.put.find(
      ({ call }) =>
        call.state === "ringing" &&
        call.reachBy !== undefined &&
        call.from === made.phone.userId &&
        call.to === made.to,
    );
    if (kept === undefined) return [...done.signals, ...room];
    return [...done.signals, ...room, ...(await reach(kept, done.store))];
  }

  async function reach({ call, stored }: Done["put"][number], store: CallStore): Promise<readonly CallSignal[]> {
    const event: CallEvent = { type: "reach", callId: call.id };
    try {
      return await run(event, stored.users, store);
    } catch (error) {
      hasFailed(error);
      const { marks } = await reserve.read(stored.users);
      await reserve.write({ users: stored.users, marks, put: [stored], drop: [], now: now() });
      return run(event, stored.users, reserve);
    }
  }

  const takeOver = createTakeOver({ store: main, clock, now, lease: LEASE, settle, onFailure: hasFailed });
  if (isShared) takeOver.start();

  return {
    register: phone => guarded(() => moved("register", phone)),
    gone: phone => guarded(() => moved("gone", phone)),

    offer: (given, sent) =>
      guarded(() =>
        addressed(
          "offer",
          given,
          ({ userId }) => readOffer(userId, sent),
          (phone, { to, text, request }) => ring({ type: "offer", phone, to, text, request }),
        ),
      ),

    answer: (given, sent) =>
      guarded(() =>
        addressed(
          "answer",
          given,
          () => readBody(sent),
          (phone, { to, text }) => said({ type: "answer", phone, to, text }, [phone.userId, to]),
        ),
      ),

    candidate: (given, sent) =>
      guarded(() =>
        addressed(
          "ice",
          given,
          () => readBody(sent),
          async (phone, { to, body: { candidate } }) =>
            candidate === undefined
              ? refuse(phone.userId, "ice", "the body has no candidate")
              : said({ type: "candidate", phone, to, text: JSON.stringify(candidate) }, [phone.userId, to]),
        ),
      ),

    end: (given, sent) =>
      guarded(() =>
        addressed(
          "call-end",
          given,
          () => readBody(sent),
          (phone, { to }) => said({ type: "end", phone, to }, [phone.userId, to]),
        ),
      ),

    get size() {
      return ledger.size;
    },

    async close() {
      if (isClosed) return;
      const underWay = pusher.underWay;
      isClosed = true;
      takeOver.close();
      ledger.close();
      // Another server sends the pushes that this one has not, under a new key, because an abort cancels the old one.
      if (isShared)
        await Promise.all(
          underWay.map(({ key, call, store }) =>
            quietly(() => take({ type: "hand-over", callId: call.id, key }, call.users, store)),
          ),
        );
      pusher.close();
    },
  };

  /** Keeps an error inside: no method throws, whatever a client sent. */
  async function guarded(work: () => Promise<readonly CallSignal[]>): Promise<CallSignal[]> {
    try {
      return [...(await work()), ...(await makeRoom())];
    } catch (error) {
      hasFailed(error);
      return [];
    }
  }
}

async function quietly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {}
}
