import { type CallStore, memoryCallStore, type Phone } from "apns-voip/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { manualClock } from "../manual-clock.js";
import { brief as briefly, offerTo, phoneOf, rest } from "./rig.js";
import { type Server, server } from "./servers.js";

const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");
const names = { caller, A, B };
const brief = (signals: Parameters<typeof briefly>[0]) => briefly(signals, names);

let store: CallStore;
let one: Server;
let other: Server;
let now = 0;

beforeEach(() => {
  const world = { clock: manualClock({ skipWaits: false }), here: new Set<Phone>() };
  store = { ...memoryCallStore(), isShared: true };
  one = server(store, world);
  other = server(store, world);
  now = 0;
});

/** In small steps, so that what is set off has time to happen. */
async function advance(ms: number): Promise<void> {
  for (const until = now + ms; now < until; now += 50) await one.advance(50);
}

describe("two servers", () => {
  test("carry a call from the caller's to the callee's", async () => {
    await one.comes(caller);
    await other.comes(A);
    expect(brief(await one.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0"]);
    expect(brief(await one.calls.candidate(caller, { to: 10, candidate: "a" }))).toEqual(["A ice a"]);
    expect(brief(await other.comes(B))).toEqual(["B offer v=0", "B ice a"]);
    expect(brief(await other.calls.answer(B, { to: 11, sdp: "yes" }))).toEqual([
      "caller answer yes",
      "A call-ended answered-elsewhere",
    ]);
    expect(brief(await one.calls.answer(A, { to: 11, sdp: "yes" }))).toEqual(["A call-ended answered-elsewhere"]);
    expect(brief(await other.calls.end(B, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
  });

  test("tell a time-out once, and call onMissed once", async () => {
    await one.comes(caller);
    await one.calls.offer(caller, offerTo(10));
    await one.pushes[0]?.settle("accepted");
    await other.comes(A);
    await advance(31_000);
    expect(brief([...one.emitted, ...other.emitted])).toEqual([
      "caller call-ended no-answer",
      "A call-ended no-answer",
    ]);
    expect([...one.missed, ...other.missed]).toHaveLength(1);
  });

  test("cancel the push that one sends when the call ends at the other, within its lease", async () => {
    await one.comes(caller);
    await one.calls.offer(caller, offerTo(10));
    await advance(5_000);
    expect(one.pushes[0]?.signal.aborted).toBe(false);
    expect(other.pushes).toEqual([]);
    await other.calls.end(caller, { to: 10 });
    await advance(1_000);
    expect(one.pushes[0]?.signal.aborted).toBe(true);
  });
});

describe("a server that is killed", () => {
  test("loses no call: another one tells the time-out within 2 s, once", async () => {
    await one.comes(caller);
    await one.comes(A);
    await one.calls.offer(caller, offerTo(10));
    await one.pushes[0]?.settle("accepted");
    one.kill();
    await advance(30_000);
    await advance(2_000);
    expect(brief(other.emitted)).toEqual(["caller call-ended no-answer", "A call-ended no-answer"]);
    expect(other.missed).toHaveLength(1);
    await advance(10_000);
    expect(other.emitted).toHaveLength(2);
  });

  test("before it reached anybody: another one does, within 2 s", async () => {
    await other.comes(A);
    one.here.add(caller);
    const asked = Promise.withResolvers<void>();
    const online = one.here;
    const dies = server(store, one, { online: () => asked.promise.then(() => [...online]) });
    void dies.calls.offer(caller, offerTo(10));
    await rest();
    dies.kill();
    one.kill();
    await advance(2_000);
    expect(brief(other.emitted)).toEqual(["A offer v=0"]);
    expect(other.pushes).toHaveLength(1);
    expect(other.pushes[0]?.exceptDeviceIds).toEqual(["A"]);
  });

  test("with a push whose outcome it has not recorded: another one sends it again, with the same key, within 2 s", async () => {
    await one.comes(caller);
    await one.calls.offer(caller, offerTo(10));
    one.kill();
    await advance(2_000);
    expect(other.pushes.map(({ idempotencyKey }) => idempotencyKey)).toEqual([one.pushes[0]?.idempotencyKey]);
    await other.pushes[0]?.settle("no-devices", { message: "VoIP token not found" });
    expect(brief(other.emitted)).toEqual(["caller call-ended no-devices"]);
  });

  test("with all phones on which it rings: they are pushed, once, when no other phone can be woken", async () => {
    await other.comes(caller);
    await one.comes(A);
    await one.comes(B);
    expect(brief(await other.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0", "B offer v=0"]);
    one.kill();
    for (const phone of [A, B]) one.here.delete(phone);
    await other.pushes[0]?.settle("no-devices");
    expect(other.emitted).toEqual([]);
    expect(other.pushes.map(({ exceptDeviceIds }) => exceptDeviceIds)).toEqual([["A", "B"], undefined]);
    await other.pushes[1]?.settle("no-devices");
    expect(brief(other.emitted)).toEqual(["caller call-ended no-devices"]);
  });

  test("with a push whose outcome is recorded: nothing is sent again", async () => {
    await one.calls.offer(caller, offerTo(10));
    await one.pushes[0]?.settle("accepted");
    one.kill();
    await advance(10_000);
    expect(other.pushes).toEqual([]);
    expect(other.eventsOf("signal.nobody-woken")).toHaveLength(1);
  });
});

describe("an answer whose server is killed", () => {
  beforeEach(async () => {
    await one.comes(caller);
    await other.comes(A);
    await one.calls.offer(caller, offerTo(10));
  });
  /** Its server has written that A has answered, and sends nothing any more. */
  const answerIsLost = () => other.calls.answer(A, { to: 11, sdp: "yes" });
  const onNew = (phone: Phone) => ({ ...phone, id: `${phone.id} again` });

  test("before it was sent reaches the caller when the phone that gave it is back", async () => {
    await answerIsLost();
    other.kill();
    one.here.delete(A);
    expect(brief(await one.comes(onNew(A)))).toEqual(["caller answer yes"]);
    expect(await one.comes(onNew(onNew(A)))).toEqual([]);
  });

  test("on its way to the caller's server reaches the caller, who is back on another", async () => {
    await answerIsLost();
    one.kill();
    one.here.delete(caller);
    const back = onNew(caller);
    expect(briefly(await other.comes(back), { back })).toEqual(["back answer yes"]);
    expect(await other.comes(onNew(back))).toEqual([]);
  });

  test("waits for the caller, whose server was the same, when the phone that gave it is back first", async () => {
    await answerIsLost();
    other.kill();
    one.kill();
    one.here.clear();
    const third = server(store, one);
    expect(await third.comes(onNew(A))).toEqual([]);
    const back = onNew(caller);
    expect(briefly(await third.comes(back), { back })).toEqual(["back answer yes"]);
  });

  test("comes once when that phone has said something else, and the caller's server was there", async () => {
    await answerIsLost();
    expect(brief(await other.calls.candidate(A, { to: 11, candidate: "a" }))).toEqual(["caller ice a"]);
    other.kill();
    one.here.delete(A);
    expect(await one.comes(onNew(A))).toEqual([]);
    one.here.delete(caller);
    expect(await one.comes(onNew(caller))).toEqual([]);
  });

  test("comes once when the connection of one of the two is lost in the ordinary way, or much later", async () => {
    await answerIsLost();
    await one.goes(caller);
    expect(await one.comes(onNew(caller))).toEqual([]);

    await one.calls.end(onNew(caller), { to: 10 });
    await one.calls.offer(onNew(caller), offerTo(10));
    await answerIsLost();
    await advance(5_000);
    expect(await one.comes(caller)).toEqual([]);
  });
});

describe("an end whose way led over a server that was killed", () => {
  const onNew = (phone: Phone) => ({ ...phone, id: `${phone.id} again` });
  const [again, oldAgain] = [onNew(A), phoneOf(10)];
  const old = phoneOf(10);
  const all = { ...names, again, old, oldAgain };
  const killed = (...phones: Phone[]) => {
    one.kill();
    for (const phone of phones) one.here.delete(phone);
  };

  test.each([
    ["of the caller, when it rings", A, () => other.calls.end(caller, { to: 10 }), "again call-ended cancelled"],
    [
      "of the caller, to a phone without a device id,",
      old,
      () => other.calls.end(caller, { to: 10 }),
      "oldAgain call-ended cancelled",
    ],
    [
      "of another phone's answer",
      A,
      () => other.calls.answer(B, { to: 11, sdp: "yes" }),
      "again call-ended answered-elsewhere",
    ],
  ])("%s is told once more on a new connection, and not a third time", async (_, phone, ends, told) => {
    await other.comes(caller);
    await one.comes(phone);
    await other.comes(B);
    await other.calls.offer(caller, offerTo(10));
    expect(await ends()).toHaveLength(2);
    killed(phone);
    const back = phone === old ? oldAgain : again;
    expect(briefly(await other.comes(back), all)).toEqual([told]);
    expect(await other.comes(onNew(back))).toEqual([]);
  });

  test("is not repeated to the phone that calls: it may make the next call already, and would take it for the end of that", async () => {
    await one.comes(caller);
    await other.comes(A);
    await one.calls.offer(caller, offerTo(10));
    expect(brief(await other.calls.end(A, { to: 11 }))).toEqual(["caller call-ended declined"]);
    killed(caller);
    expect(await other.comes(onNew(caller))).toEqual([]);
  });

  async function callsBack(): Promise<void> {
    await one.calls.offer(A, offerTo(11));
    await one.calls.end(A, { to: 11 });
  }

  test.each([
    ["its connection was lost in the ordinary way", async () => void (await one.goes(A))],
    ["it comes much later", () => advance(5_000)],
    ["it calls back", () => callsBack()],
  ])("is not told again to a phone when %s", async (_, happens) => {
    await other.comes(caller);
    await one.comes(A);
    await other.calls.offer(caller, offerTo(10));
    await other.calls.end(caller, { to: 10 });
    await happens();
    killed(A);
    expect(await other.comes(again)).toEqual([]);
  });
});

test("a server that closes hands its pushes over, under a new key, because an abort cancels the old one", async () => {
  await one.comes(caller);
  await one.calls.offer(caller, offerTo(10));
  await one.calls.close();
  expect(one.pushes[0]?.signal.aborted).toBe(true);
  await advance(2_000);
  expect(other.pushes).toHaveLength(1);
  expect(other.pushes[0]?.idempotencyKey).not.toBe(one.pushes[0]?.idempotencyKey);
  await advance(30_000);
  expect(brief(other.emitted)).toEqual(["caller call-ended no-answer"]);
});
