import { callFromOffer } from "apns-voip/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { brief as briefly, offerTo, phoneOf, type Rig, rig } from "./rig.js";

let r: Rig;

const caller = phoneOf(11, "caller");
const caller2 = phoneOf(11, "caller2");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");
const C = phoneOf(10, "C");
const old = phoneOf(10);
const names = { caller, caller2, A, B, C, old };
const brief = (signals: Parameters<typeof briefly>[0]) => briefly(signals, names);
const answer = { to: 11, sdp: "answer" };

beforeEach(async () => {
  r = rig();
  await r.comes(caller);
  await r.comes(caller2);
});

async function ringingOn(...phones: (typeof A)[]): Promise<void> {
  for (const phone of phones) await r.comes(phone);
  await r.calls.offer(caller, offerTo(10));
  await r.pushes.at(-1)?.settle("accepted");
}

async function inCall(): Promise<void> {
  await ringingOn(A, B);
  await r.calls.answer(A, answer);
}

describe("the first answer", () => {
  test("has the call: it goes to the phone that called and to none of the caller's others; the other phones stop", async () => {
    await ringingOn(A, B);
    expect(await r.calls.answer(A, { ...answer, own: 1 })).toStrictEqual([
      { phone: caller.id, event: "answer", body: { sdp: "answer", own: 1, from: 10 } },
      { phone: B.id, event: "call-ended", body: { from: 11, reason: "answered-elsewhere" } },
    ]);
    expect(r.missed).toEqual([]);
    await r.advance(60_000);
    expect(r.emitted).toEqual([]);
    expect(r.calls.size).toBe(1);
  });

  test("takes the callee's candidates with it, also those that came before it, and those of no other phone", async () => {
    await ringingOn(A, B);
    expect(await r.calls.candidate(A, { to: 11, candidate: "early A" })).toEqual([]);
    expect(await r.calls.candidate(B, { to: 11, candidate: "early B" })).toEqual([]);
    expect(brief(await r.calls.answer(A, answer))).toEqual([
      "caller answer answer",
      "caller ice early A",
      "B call-ended answered-elsewhere",
    ]);
    expect(brief(await r.calls.candidate(A, { to: 11, candidate: "late" }))).toEqual(["caller ice late"]);
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "back" }))).toEqual(["A ice back"]);
    expect(await r.calls.candidate(B, { to: 11, candidate: "of no call" })).toEqual([]);
  });

  test("is told to a pushed phone that registers later, exactly once, within the ring timeout of the offer", async () => {
    await ringingOn(A);
    await r.advance(10_000);
    await r.calls.answer(A, answer);
    await r.advance(200);
    expect(brief(await r.comes(B))).toEqual(["B call-ended answered-elsewhere"]);
    expect(await r.comes(B)).toEqual([]);
    await r.advance(19_800);
    expect(await r.comes(C)).toEqual([]);
  });

  test("is not told to a phone on which it cannot have rung: nobody was pushed", async () => {
    await r.comes(old);
    await r.calls.offer(caller, offerTo(10));
    expect(r.pushes).toEqual([]);
    await r.calls.answer(old, answer);
    expect(await r.comes(B)).toEqual([]);
  });

  test("waits for a caller who is away, with the candidates that followed, in order", async () => {
    await ringingOn(A);
    await r.goes(caller);
    expect(brief(await r.calls.answer(A, answer))).toEqual([]);
    expect(await r.calls.candidate(A, { to: 11, candidate: "a" })).toEqual([]);
    const back = phoneOf(11, "caller");
    expect(briefly(await r.comes(back), { back })).toEqual(["back answer answer", "back ice a"]);
    expect(await r.comes(back)).toEqual([]);
    expect(await r.comes(caller2)).toEqual([]);
  });

  test("cancels the push that has not left", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(A, answer);
    expect(r.pushes[0]?.signal.aborted).toBe(true);
    await r.pushes[0]?.settle("cancelled");
    expect(await r.comes(B)).toEqual([]);
  });
});

describe("a later answer", () => {
  test("is told that it came too late, each time, and is not passed on", async () => {
    await inCall();
    for (const _ of [1, 2]) expect(brief(await r.calls.answer(B, answer))).toEqual(["B call-ended answered-elsewhere"]);
    expect(brief(await r.calls.answer(C, answer))).toEqual(["C call-ended answered-elsewhere"]);
  });

  test("to a call that is over is told why it is", async () => {
    await ringingOn(A);
    await r.calls.end(caller, { to: 10 });
    expect(brief(await r.calls.answer(A, answer))).toEqual(["A call-ended cancelled"]);
    await r.advance(30_000);
    expect(await r.calls.answer(A, answer)).toMatchObject([{ phone: A.id, event: "call-ended", body: { from: 11 } }]);
  });

  test("to an unknown call is told that too", async () => {
    expect(await r.calls.answer(A, answer)).toMatchObject([
      { phone: A.id, event: "call-ended", body: { from: 11, reason: "failed", message: expect.any(String) } },
    ]);
  });

  test("from the caller answers nothing", async () => {
    await ringingOn(A);
    expect(await r.calls.answer(caller, { to: 10, sdp: "x" })).toEqual([]);
    expect(r.eventsOf("signal.refused")).toMatchObject([{ userId: "11", event: "answer" }]);
    expect(brief(await r.calls.answer(A, answer))).toEqual(["caller answer answer"]);
  });

  test("of the phone that has the call is passed on: it answers a change of the call", async () => {
    await inCall();
    expect(brief(await r.calls.answer(A, { to: 11, sdp: "again" }))).toEqual(["caller answer again"]);
  });
});

describe("the end", () => {
  test("by the caller before the answer: every phone on which it rang, also one that registers later, and onMissed", async () => {
    await ringingOn(A);
    await r.comes(B);
    await r.goes(B);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended cancelled"]);
    expect(r.missed).toEqual([[callFromOffer(11, offerTo(10)), "cancelled"]]);
    expect(brief(await r.comes(B))).toEqual(["B call-ended cancelled"]);
    expect(brief(await r.comes(C))).toEqual(["C call-ended cancelled"]);
    expect(await r.comes(B)).toEqual([]);
    expect(await r.calls.register(A)).toEqual([]);
    expect(r.calls.size).toBe(0);
  });

  test("by the caller cancels the push that has not left, and then nobody is told: it rang on none", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.calls.end(caller, { to: 10 });
    expect(r.pushes[0]?.signal.aborted).toBe(true);
    await r.pushes[0]?.settle("cancelled");
    expect(await r.comes(A)).toEqual([]);
    expect(r.missed).toHaveLength(1);
  });

  test("by the caller while the push is under way: a phone that it may have woken is told", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.calls.end(caller, { to: 10 });
    expect(brief(await r.comes(A))).toEqual(["A call-ended cancelled"]);
  });

  test("by a phone on which it rings: the caller and the user's other phones", async () => {
    await ringingOn(A, B);
    expect(brief(await r.calls.end(A, { to: 11 }))).toEqual(["caller call-ended declined", "B call-ended declined"]);
    expect(r.missed).toEqual([]);
    expect(brief(await r.comes(C))).toEqual(["C call-ended declined"]);
    expect(await r.calls.register(A)).toEqual([]);
  });

  test.each([
    ["caller", caller, 10, "A call-ended hang-up"],
    ["callee", A, 11, "caller call-ended hang-up"],
  ])("in a call, by the %s: the other phone of the call, and nobody else", async (_, phone, to, told) => {
    await inCall();
    expect(brief(await r.calls.end(phone, { to }))).toEqual([told]);
    expect(r.calls.size).toBe(0);
    expect(await r.calls.end(phone, { to })).toEqual([]);
    expect(r.missed).toEqual([]);
  });

  test("in a call waits for the other phone when that is away, and nothing else does", async () => {
    await inCall();
    await r.goes(A);
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    expect(await r.calls.end(caller, { to: 10 })).toEqual([]);
    expect(brief(await r.comes(B))).toEqual([]);
    expect(brief(await r.comes(A))).toEqual(["A call-ended hang-up"]);
    expect(await r.comes(A)).toEqual([]);
  });

  test("from a phone that is not in the call changes nothing", async () => {
    await inCall();
    expect(await r.calls.end(B, { to: 11 })).toEqual([]);
    expect(await r.calls.end(caller2, { to: 10 })).toEqual([]);
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "a" }))).toEqual(["A ice a"]);
    expect(r.eventsOf("signal.refused")).toEqual([]);
  });

  test("of an earlier call comes before the offer of a later one", async () => {
    await ringingOn();
    await r.calls.end(caller, { to: 10 });
    await r.comes(old);
    expect(brief(await r.calls.offer(caller, offerTo(10, "second")))).toEqual(["old offer second"]);
    expect(r.pushes).toHaveLength(1);
    expect(brief(await r.comes(A))).toEqual(["A call-ended cancelled", "A offer second"]);
  });

  test("of an earlier call does not come after the offer of a later one", async () => {
    await ringingOn();
    await r.calls.end(caller, { to: 10 });
    r.here.add(A);
    expect(brief(await r.calls.offer(caller, offerTo(10, "second")))).toEqual(["A offer second"]);
    expect(await r.calls.register(A)).toEqual([]);
  });

  test("of an earlier call does not reach a phone that the push of a later one has made ring: it would stop that", async () => {
    await ringingOn();
    await r.calls.end(caller, { to: 10 });
    await r.calls.offer(caller, offerTo(10, "second"));
    expect(r.pushes).toHaveLength(2);
    expect(brief(await r.comes(A))).toEqual(["A offer second"]);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended cancelled"]);
    expect(await r.calls.register(A)).toEqual([]);
  });

  test("does not reach a phone that has a later call of the same caller", async () => {
    await ringingOn(A);
    expect(brief(await r.calls.offer(caller2, offerTo(10, "of the other")))).toEqual(["A offer of the other"]);
    expect(await r.calls.end(caller, { to: 10 })).toEqual([]);
    expect(brief(await r.calls.end(caller2, { to: 10 }))).toEqual(["A call-ended cancelled"]);
  });

  test("is not told to the phone that calls back, but to the others", async () => {
    await ringingOn();
    await r.calls.end(caller, { to: 10 });
    r.here.add(A);
    expect(brief(await r.calls.offer(A, offerTo(11, "back")))).toEqual(["caller offer back", "caller2 offer back"]);
    expect(await r.calls.register(A)).toEqual([]);
    expect(brief(await r.comes(B))).toEqual(["B call-ended cancelled"]);
    expect(brief(await r.comes(old))).toEqual(["old call-ended cancelled"]);
  });

  test("is told to no phone without a device id when such a phone has called back: it may be that one", async () => {
    await ringingOn();
    await r.calls.end(caller, { to: 10 });
    r.here.add(old);
    await r.calls.offer(old, offerTo(11, "back"));
    await r.goes(old);
    expect(await r.comes(phoneOf(10))).toEqual([]);
    expect(brief(await r.comes(B))).toEqual(["B call-ended cancelled"]);
  });
});

describe("in a call", () => {
  test("a new offer goes to the other phone of the call and nowhere else, and pushes nobody", async () => {
    await inCall();
    const pushes = r.pushes.length;
    expect(brief(await r.calls.offer(caller, offerTo(10, "with video")))).toEqual(["A offer with video"]);
    expect(brief(await r.calls.answer(A, { to: 11, sdp: "yes" }))).toEqual(["caller answer yes"]);
    expect(brief(await r.calls.offer(A, offerTo(11, "mine")))).toEqual(["caller offer mine"]);
    expect(brief(await r.calls.answer(caller, { to: 10, sdp: "ok" }))).toEqual(["A answer ok"]);
    expect(r.pushes).toHaveLength(pushes);
    expect(r.calls.size).toBe(1);
  });

  test("a new offer waits for the other phone when that is away", async () => {
    await inCall();
    await r.goes(A);
    expect(await r.calls.offer(caller, offerTo(10, "ICE restart"))).toEqual([]);
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    expect(r.pushes).toHaveLength(1);
    expect(brief(await r.comes(B))).toEqual([]);
    const back = phoneOf(10, "A");
    expect(briefly(await r.comes(back), { back })).toEqual(["back offer ICE restart", "back ice a"]);
    expect(briefly(await r.calls.offer(caller, offerTo(10, "more")), { back })).toEqual(["back offer more"]);
  });

  test("another phone of the caller's rings the callee's other phones, and not the one that is in the call", async () => {
    await inCall();
    expect(brief(await r.calls.offer(caller2, offerTo(10, "join")))).toEqual(["B offer join"]);
    expect(r.pushes.at(-1)?.exceptDeviceIds).toEqual(["A", "B"]);
    expect(brief(await r.calls.end(caller2, { to: 10 }))).toEqual(["B call-ended cancelled"]);
  });

  test("after a day nothing is known of it any more, and nobody is told", async () => {
    await inCall();
    await r.advance(86_399_000);
    expect(r.calls.size).toBe(1);
    await r.advance(1_000);
    expect(r.calls.size).toBe(0);
    expect(r.emitted).toEqual([]);
  });
});

describe("two users who ring each other", () => {
  beforeEach(async () => {
    await ringingOn(A);
    expect(brief(await r.calls.offer(A, offerTo(11, "back")))).toEqual(["caller offer back", "caller2 offer back"]);
    expect(r.calls.size).toBe(2);
  });

  test("are in one call when one answers; the other ends without a word to its two phones", async () => {
    expect(brief(await r.calls.answer(A, answer))).toEqual([
      "caller answer answer",
      "caller2 call-ended answered-elsewhere",
    ]);
    expect(r.calls.size).toBe(1);
    expect(brief(await r.calls.end(A, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
    await r.advance(30_000);
    expect(r.emitted).toEqual([]);
    expect(r.missed).toEqual([]);
  });

  test("a phone that ends means the one that rings on it", async () => {
    expect(await r.calls.end(A, { to: 11 })).toEqual([]);
    expect(r.calls.size).toBe(1);
    expect(brief(await r.calls.answer(caller, { to: 10, sdp: "yes" }))).toEqual([
      "A answer yes",
      "caller2 call-ended answered-elsewhere",
    ]);
  });
});

describe("a phone without a device id", () => {
  test("that calls and has a new connection takes its own place", async () => {
    const bare = phoneOf(11);
    await r.comes(A);
    await r.comes(bare);
    await r.calls.offer(bare, offerTo(10));
    await r.goes(bare);
    expect(await r.calls.answer(A, answer)).toEqual([]);
    const back = phoneOf(11);
    expect(briefly(await r.comes(back), { back })).toEqual(["back answer answer"]);
    expect(brief(await r.calls.end(back, { to: 10 }))).toEqual(["A call-ended hang-up"]);
  });

  test("that is in a call and has a new connection is not told that it is over", async () => {
    await r.comes(old);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(old, answer);
    await r.goes(old);
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    const back = phoneOf(10);
    expect(briefly(await r.comes(back), { back })).toEqual(["back ice a"]);
    expect(brief(await r.calls.end(back, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
  });

  test("does not take the place of one that is connected", async () => {
    await r.comes(old);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(old, answer);
    const second = phoneOf(10);
    expect(await r.comes(second)).toEqual([]);
    expect(await r.calls.end(second, { to: 11 })).toEqual([]);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["old call-ended hang-up"]);
  });

  test("on which it rang is told when it is back under another id", async () => {
    await r.comes(old);
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.goes(old);
    expect(brief(await r.calls.answer(A, answer))).toEqual(["caller answer answer"]);
    const back = phoneOf(10);
    expect(briefly(await r.comes(back), { back })).toEqual(["back call-ended answered-elsewhere"]);
  });
});
