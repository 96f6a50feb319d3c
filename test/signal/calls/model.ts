import assert from "node:assert/strict";
import type { CallSignal, CallStore, Phone } from "apns-voip/signal";
import fc from "fast-check";
import { manualClock } from "../manual-clock.ts";
import { type AskedPush, phoneOf } from "./rig.ts";
import { type Server, server } from "./servers.ts";

/** A call as people see it. */
interface Call {
  readonly from: number;
  readonly to: number;
  readonly by: App;
  /** The offers, the latest last; each has another number. */
  readonly serials: number[];
  state: "ringing" | "answered" | "over";
  at: number;
  order: number;
  answeredBy?: App;
  missed: boolean;
  endedAt: number;
}

/** The app on a phone: what it shows about calls with each other user. */
interface App {
  readonly name: string;
  readonly userId: number;
  readonly deviceId: string | undefined;
  phone: Phone | undefined;
  server: number;
  readonly rings: Map<number, Call>;
  readonly makes: Map<number, Call>;
  readonly isIn: Map<number, Call>;
  readonly offers: Set<string>;
  /** How often it was told that a call with that user is over, and answers that it had for too late an answer. */
  readonly ends: Map<number, number>;
  /** When it was told so. */
  readonly endedAt: Map<number, number[]>;
  readonly candidates: Map<string, number>;
}

export type Step =
  | { readonly do: "connect" | "lose"; readonly app: number; readonly at: number }
  | { readonly do: "offer"; readonly app: number; readonly to: number; readonly again: boolean }
  | { readonly do: "answer" | "candidate" | "end"; readonly app: number; readonly to: number }
  | { readonly do: "push"; readonly nth: number; readonly status: "accepted" | "unknown" | "no-devices" | "failed" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "kill"; readonly at: number };

const USERS = [11, 12, 13] as const;
const RING = 30_000;

const app = fc.nat({ max: 5 });
const user = fc.nat({ max: 1 });
const at = fc.nat({ max: 1 });

/** What three people with two phones each do, on two servers. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("connect" as const), app, at }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("lose" as const), app, at }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("offer" as const), app, to: user, again: fc.boolean() }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("answer" as const), app, to: user }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("candidate" as const), app, to: user }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("end" as const), app, to: user }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("push" as const),
        nth: fc.nat({ max: 3 }),
        status: fc.constantFrom("accepted" as const, "unknown" as const, "no-devices" as const, "failed" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(100, 1_000, 9_000, 31_000) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("kill" as const), at }) },
  ),
  { minLength: 10, maxLength: 60, size: "max" },
);

/** What has been seen, so that a run can say what it was worth. */
export interface Seen {
  steps: number;
  calls: number;
  answered: number;
  missed: number;
  pushes: number;
  signals: number;
  kills: number;
}

/** Does the steps, and checks after each that what the section says holds. */
export async function runModel(todo: readonly Step[], store: CallStore, seen: Seen): Promise<void> {
  const here = new Set<Phone>();
  const clock = manualClock({ skipWaits: false });
  let busy = 0;
  const counted = async <T>(answer: Promise<T>): Promise<T> => {
    busy++;
    try {
      return await answer;
    } finally {
      busy--;
    }
  };
  const shared: CallStore = {
    isShared: true,
    read: users => counted(store.read(users)),
    texts: call => counted(store.texts(call)),
    write: change => counted(store.write(change)),
    due: (...asked) => counted(store.due(...asked)),
  };
  const start = () => server(shared, { clock, here });
  const servers: Server[] = [start(), start()];
  const dead: Server[] = [];
  const apps: App[] = USERS.flatMap((userId, n) =>
    // Today's app, and one that says which phone it is.
    [n === 0 ? "one" : undefined, "two"].map(deviceId => ({
      name: `${userId} ${deviceId ?? "bare"}`,
      ...{ userId, deviceId, phone: undefined, server: 0 },
      ...{ rings: new Map(), makes: new Map(), isIn: new Map(), offers: new Set<string>(), ends: new Map() },
      endedAt: new Map(),
      candidates: new Map(),
    })),
  );
  const calls: Call[] = [];
  const settled = new Map<AskedPush, string>();
  let serial = 0;

  const all = () => [...dead, ...servers];
  /** All pushes that were asked for, in that order. */
  const pushes: AskedPush[] = [];
  function asked(): readonly AskedPush[] {
    for (const push of all().flatMap(one => one.pushes)) if (!pushes.includes(push)) pushes.push(push);
    return pushes;
  }
  const callOf = (sent: string) => calls.find(({ serials }) => serials.includes(Number(sent)));
  const live = (one: number, other: number) =>
    calls
      .filter(c => c.state !== "over" && ((c.from === one && c.to === other) || (c.from === other && c.to === one)))
      .sort((a, b) => b.order - a.order);
  const ringing = (from: number, to: number) => live(from, to).filter(c => c.from === from && c.state === "ringing");
  const isPartyOf = (c: Call, one: App) => c.by === one || c.answeredBy === one;
  const isBusy = (c: Call, one: App) =>
    live(c.from, c.to).some(other => other.state === "answered" && isPartyOf(other, one));
  const connected = (userId: number) => apps.filter(one => one.userId === userId && one.phone);

  const hasFailed = (push: AskedPush) => ["no-devices", "failed"].includes(settled.get(push) ?? "");

  /** All its pushes have failed, and no phone is here on which it could ring. */
  function wakesNobody(call: Call): boolean {
    if (call.state !== "ringing" || !connected(call.to).every(one => isBusy(call, one))) return false;
    const ofCall = asked().filter(push => call.serials.includes(Number(push.call.callId)));
    // A push that was taken over from a killed server is one with its first attempt.
    const isFailed = ({ idempotencyKey }: AskedPush) =>
      ofCall.some(other => other.idempotencyKey === idempotencyKey && hasFailed(other));
    return ofCall.some(push => Number(push.call.callId) === call.serials.at(-1)) && ofCall.every(isFailed);
  }

  async function rest(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet++) {
      await new Promise(resolve => setImmediate(resolve));
      if (busy > 0) quiet = -1;
    }
  }

  function over(call: Call, isMissed: boolean): void {
    call.state = "over";
    call.missed = isMissed;
    call.endedAt = clock.elapsed;
  }

  /** The time-outs that the clock has brought. */
  function expire(): void {
    for (const call of calls) if (call.state === "ringing" && clock.elapsed >= call.at + RING) over(call, true);
  }

  function take(signals: readonly CallSignal[]): void {
    for (const { phone: id, event, body } of signals) {
      seen.signals++;
      const one = apps.find(({ phone }) => phone?.id === id);
      // Candidates may go by who was connected a second ago.
      if (one === undefined && event === "ice") continue;
      assert.ok(one, `a signal for ${id}, which is not connected: ${event} ${JSON.stringify(body)}`);
      const from = Number(body.from);
      if (event === "offer") takeOffer(one, from, String(body.sdp));
      else if (event === "answer") takeAnswer(one, from);
      else if (event === "ice") takeCandidate(one, String(body.candidate));
      else takeEnd(one, from, String(body.reason));
    }
  }

  function takeOffer(one: App, from: number, sdp: string): void {
    const [number = "", kind] = sdp.split(" ");
    const call = callOf(number);
    assert.ok(call, "an offer that somebody made");
    if (kind === "again") {
      assert.ok(
        isPartyOf(call, one) && call.state === "answered",
        `a renegotiation for ${one.name}, which is not in that call`,
      );
      return;
    }
    assert.equal(call.to, one.userId);
    assert.equal(call.from, from);
    assert.equal(call.state, "ringing", `${one.name} rings although the call is ${call.state}`);
    assert.equal(call.serials.at(-1), Number(number), "the latest of its offers");
    const once = `${number} ${one.phone?.id}`;
    assert.ok(!one.offers.has(once), `${one.name} gets an offer twice on one connection`);
    assert.ok(!isBusy(call, one), `${one.name} is in a call with that user`);
    one.offers.add(once);
    one.rings.set(from, call);
  }

  function takeAnswer(one: App, from: number): void {
    const call = one.makes.get(from) ?? one.isIn.get(from);
    assert.ok(call, `an answer for ${one.name}, which makes no call to ${from}`);
    assert.equal(call.state, "answered");
    one.makes.delete(from);
    one.rings.delete(from);
    one.isIn.set(from, call);
  }

  function takeCandidate(one: App, text: string): void {
    const [sender, number] = text.split("/");
    const key = `${one.phone?.id} ${sender}`;
    assert.ok(Number(number) > (one.candidates.get(key) ?? 0), "candidates come in order, each once on one connection");
    one.candidates.set(key, Number(number));
  }

  function takeEnd(one: App, from: number, reason: string): void {
    const isIn = one.isIn.get(from);
    assert.ok(isIn === undefined || isIn.state === "over", `${reason} ends a call in which ${one.name} is`);
    const makes = one.makes.get(from);
    assert.ok(
      makes === undefined || makes.state === "over" || makes.answeredBy !== undefined,
      `${reason} ends a call that ${one.name} makes`,
    );
    const rings = one.rings.get(from);
    // The end of a later call may come while an earlier one rings on.
    const isOfLater = (makes?.order ?? 0) > (rings?.order ?? 0);
    assert.ok(rings?.state !== "ringing" || isOfLater, `${reason} ends a call that rings on ${one.name}`);
    if (rings?.state === "answered" && !isOfLater) assert.notEqual(reason, "hang-up");
    one.ends.set(from, (one.ends.get(from) ?? 0) + 1);
    one.endedAt.set(from, [...(one.endedAt.get(from) ?? []), clock.elapsed]);
    one.isIn.delete(from);
    one.makes.delete(from);
    if (rings?.state !== "ringing") one.rings.delete(from);
  }

  function emitted(): void {
    for (const one of all()) take(one.emitted.splice(0));
  }

  const own = (one: App) => servers[one.server] as Server;

  async function does(step: Step): Promise<void> {
    expire();
    if (step.do === "wait") {
      for (let left = step.ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(left, 1_000));
        await rest();
        expire();
      }
      return emitted();
    }
    if (step.do === "kill") {
      seen.kills++;
      const killed = servers[step.at] as Server;
      killed.kill();
      dead.push(killed);
      for (const one of apps) {
        if (one.phone === undefined || one.server !== step.at) continue;
        leave(one);
        // It may have been told on a connection that has not brought it, and is told once more.
        for (const [from, times] of one.endedAt) {
          const again = times.filter(time => clock.elapsed - time < 5_000).length;
          one.ends.set(from, (one.ends.get(from) ?? 0) - again);
          one.endedAt.set(from, []);
        }
      }
      servers[step.at] = start();
      return;
    }
    if (step.do === "push") {
      const open = servers.flatMap(one => one.pushes).filter(push => !settled.has(push));
      const push = open[step.nth % Math.max(1, open.length)];
      if (push === undefined) return;
      settled.set(push, step.status);
      const call = callOf(String(push.call.callId).split(" ")[0] ?? "");
      await push.settle(step.status);
      await rest();
      const hasOutcome = servers.some(one => one.pushes.includes(push));
      if (call && hasFailed(push) && hasOutcome && wakesNobody(call)) over(call, false);
      return emitted();
    }
    const one = apps[step.app] as App;
    if (step.do === "connect") {
      if (one.phone) return;
      one.server = step.at;
      one.phone = phoneOf(one.userId, one.deviceId);
      here.add(one.phone);
      forgetStale(one);
      // What rings is offered again on the new connection.
      for (const [from, call] of one.rings) if (call.state === "ringing") one.rings.delete(from);
      take(await own(one).calls.register(one.phone));
      for (const from of USERS) {
        const [newest] = ringing(from, one.userId);
        if (newest && !isBusy(newest, one))
          assert.equal(one.rings.get(from), newest, `${one.name} is not offered what rings`);
      }
      return;
    }
    if (one.phone === undefined) return;
    const phone = one.phone;
    if (!("to" in step)) {
      leave(one);
      const signals = await own(one).calls.gone(phone);
      for (const call of calls) if (call.to === one.userId && wakesNobody(call)) over(call, false);
      return take(signals);
    }
    // Mostly people do what their screen suggests.
    const others = USERS.filter(userId => userId !== one.userId);
    const shown = step.do === "answer" ? [...one.rings.keys()] : [];
    const to = (shown.length > 0 ? shown[step.to % shown.length] : others[step.to]) as number;
    const { calls: server } = own(one);
    if (step.do === "offer") return offer(one, phone, to, step.again);
    if (step.do === "candidate")
      return take(await server.candidate(phone, { to, candidate: `${one.name}/${++serial}` }));

    const isIn = live(one.userId, to).find(c => c.state === "answered" && isPartyOf(c, one));
    const rings = ringing(to, one.userId)[0];
    const makes = ringing(one.userId, to).find(c => c.by === one);
    if (step.do === "answer") {
      if (isIn || rings) {
        if (!isIn && rings) {
          seen.answered++;
          rings.state = "answered";
          rings.answeredBy = one;
          for (const opposite of ringing(one.userId, to)) over(opposite, false);
          one.isIn.set(to, rings);
          one.rings.delete(to);
          one.makes.delete(to);
        }
        return take(await server.answer(phone, { to, sdp: "answer" }));
      }
      if (makes) return take(await server.answer(phone, { to, sdp: "answer" }));
      const told = await server.answer(phone, { to, sdp: "late" });
      // It asked, and is told so again: that counts for nothing.
      for (const signal of told) assert.deepEqual([signal.phone, signal.event], [phone.id, "call-ended"]);
      one.rings.delete(to);
      return;
    }
    const meant = isIn ?? rings ?? makes;
    if (meant) over(meant, meant === makes);
    if (meant === isIn) one.isIn.delete(to);
    if (meant === makes) one.makes.delete(to);
    one.rings.delete(to);
    // Who hangs up shows nothing of that user any more but what is alive.
    if (one.makes.get(to)?.state === "over") one.makes.delete(to);
    const signals = await server.end(phone, { to });
    assert.ok(
      signals.every(signal => signal.phone !== phone.id),
      "a phone that ends is told nothing",
    );
    if (!meant) assert.deepEqual(signals, [], "an end from a phone in no call changes nothing");
    take(signals);
  }

  async function offer(one: App, phone: Phone, to: number, again: boolean): Promise<void> {
    const isIn = live(one.userId, to).find(c => c.state === "answered" && isPartyOf(c, one));
    const makes = ringing(one.userId, to).find(c => c.by === one);
    const before = asked().length;
    const say = (number: number, kind = "") =>
      own(one).calls.offer(phone, { to, sdp: `${number}${kind}`, callId: String(number), hasVideo: true });
    if (isIn) {
      const signals = await say(isIn.serials.at(-1) as number, " again");
      assert.equal(asked().length, before, "a renegotiation pushes nobody");
      return take(signals);
    }
    if (makes && again) {
      assert.deepEqual(await say(makes.serials.at(-1) as number), [], "the same offer again rings nobody twice");
      assert.equal(asked().length, before);
      return;
    }
    seen.calls++;
    const order = ++serial;
    const call: Call = makes ?? {
      from: one.userId,
      to,
      by: one,
      serials: [],
      state: "ringing",
      at: 0,
      order,
      missed: false,
      endedAt: 0,
    };
    call.serials.push(order);
    call.order = order;
    call.at = clock.elapsed;
    if (!makes) calls.push(call);
    one.makes.set(to, call);
    if (one.rings.get(to)?.state !== "ringing") one.rings.delete(to);
    const online = connected(to);
    take(await say(order));
    const made = asked()
      .slice(before)
      .map(({ exceptDeviceIds }) => exceptDeviceIds && [...exceptDeviceIds].sort());
    const ids = online.map(({ deviceId }) => deviceId).sort();
    assert.deepEqual(made, online.length === 0 ? [undefined] : ids.includes(undefined) ? [] : [ids]);
  }

  /** What was owed to a phone is not owed for ever: the app itself has stopped by then. */
  function forgetStale(one: App): void {
    for (const shown of [one.isIn, one.makes, one.rings])
      for (const [userId, call] of shown) {
        const since = call.answeredBy && shown === one.rings ? call.at : call.endedAt;
        if (
          call.state !== "ringing" &&
          (call.state === "over" || shown === one.rings) &&
          clock.elapsed - since > RING - 2_000
        )
          shown.delete(userId);
      }
  }

  function leave(one: App): void {
    if (one.phone) here.delete(one.phone);
    one.phone = undefined;
  }

  /** What holds at any time. */
  function check(): void {
    for (const one of apps) {
      if (one.phone === undefined) continue;
      for (const [from, call] of one.rings) {
        const hasAnother = one.makes.has(from) || one.isIn.has(from);
        const calledBack = calls.some(other => other.by === one && other.to === from && other.order > call.order);
        if (!hasAnother && !(one.deviceId === undefined && calledBack))
          assert.equal(call.state, "ringing", `${one.name} rings on although the call of ${from} is ${call.state}`);
      }
      for (const [to, call] of one.makes)
        assert.ok(
          call.state === "ringing" || ringing(to, one.userId).length > 0 || one.rings.has(to) || call.answeredBy,
          `${one.name} has not been told that its call to ${to} is over`,
        );
    }
    for (const call of calls) {
      const times = all()
        .flatMap(({ missed }) => missed)
        .filter(([{ callId }]) => call.serials.includes(Number(callId))).length;
      assert.equal(
        times,
        call.missed ? 1 : 0,
        `onMissed ${times} times for a call that was ${call.missed ? "" : "not "}missed`,
      );
    }
  }

  // Somebody is there to begin with.
  for (const n of [0, 1, 3, 4]) await does({ do: "connect", app: n, at: n % 2 });
  for (const step of todo) {
    seen.steps++;
    await does(step);
    await rest();
    emitted();
    expire();
    check();
  }
  // Everybody comes back, all pushes have an outcome, and time passes: nobody rings, and nobody calls.
  for (const [n, one] of apps.entries()) if (!one.phone) await does({ do: "connect", app: n, at: 0 });
  for (const push of asked()) if (!settled.has(push)) await push.settle("accepted");
  for (const ms of [31_000, 31_000]) {
    await does({ do: "wait", ms });
    check();
  }
  for (const one of apps) {
    for (const [to, call] of one.isIn)
      assert.ok(call.state !== "over", `${one.name} does not know that its call with ${to} is over`);
    for (const [from, times] of one.ends) {
      const between = calls.filter(
        c => (c.from === from && c.to === one.userId) || (c.to === from && c.from === one.userId),
      );
      // On a new connection a phone without a device id may be another one, and is told again.
      if (one.deviceId !== undefined)
        assert.ok(times <= between.length, `${one.name} was told ${times} times that ${between.length} calls are over`);
    }
  }
  for (const call of calls)
    if (call.state === "answered") {
      assert.equal(call.by.isIn.get(call.to), call, `${call.by.name} has not got the answer`);
    }
  const keys = new Map<string, Set<unknown>>();
  for (const { idempotencyKey, call } of asked())
    keys.set(idempotencyKey, (keys.get(idempotencyKey) ?? new Set()).add(call.callId));
  for (const ofKey of keys.values()) assert.equal(ofKey.size, 1, "each push has a key of its own");
  seen.pushes += keys.size;
  seen.missed += calls.filter(({ missed }) => missed).length;
  await Promise.all(servers.map(one => one.calls.close()));
}

export function nothingSeen(): Seen {
  return { steps: 0, calls: 0, answered: 0, missed: 0, pushes: 0, signals: 0, kills: 0 };
}
