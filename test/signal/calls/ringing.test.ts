import { ApnsVoipError } from "apns-voip";
import type { Offer } from "apns-voip/signal";
import { callFromOffer } from "apns-voip/signal";
import { beforeEach, describe, expect, test } from "vitest";
import { brief as briefly, offerTo, phoneOf, type Rig, rest, rig } from "./rig.js";

let r: Rig;
beforeEach(async () => {
  r = rig();
  await r.comes(caller);
});

const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");
const old1 = phoneOf(10);
const old2 = phoneOf(10);
const names = { caller, A, B, old1, old2 };
const brief = (signals: Parameters<typeof briefly>[0]) => briefly(signals, names);

describe("an offer", () => {
  test("goes to the phones that are connected, as it was sent, with from instead of to", async () => {
    await r.comes(A);
    const signals = await r.calls.offer(caller, { ...offerTo(10), callId: "c", own: { key: 1 } } as Offer);
    expect(signals).toStrictEqual([
      {
        phone: A.id,
        event: "offer",
        body: { from: 11, sdp: "v=0", displayName: "Ann", hasVideo: true, callId: "c", own: { key: 1 } },
      },
    ]);
    expect(r.emitted).toEqual([]);
  });

  test("has all phones pushed when none is connected, and does not wait for that", async () => {
    await r.comes(caller);
    expect(await r.calls.offer(caller, offerTo(10))).toEqual([]);
    expect(r.pushes).toHaveLength(1);
    const [{ call, idempotencyKey, exceptDeviceIds, signal }] = r.pushes as [(typeof r.pushes)[0]];
    expect(call).toEqual(callFromOffer(11, offerTo(10)));
    expect(idempotencyKey).toMatch(/^[\x21-\x7e]{1,255}$/);
    expect(exceptDeviceIds).toBeUndefined();
    expect(signal.aborted).toBe(false);
    expect(r.eventsOf("signal.offer")).toMatchObject([{ fromUserId: "11", toUserId: "10" }]);
    expect(r.eventsOf("signal.user-offline")).toMatchObject([{ toUserId: "10" }]);
  });

  test("has all but the connected phones pushed when each of these has said its device id", async () => {
    await r.comes(A);
    expect(brief(await r.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0"]);
    expect(r.pushes.map(({ exceptDeviceIds }) => exceptDeviceIds)).toEqual([["A"]]);
    expect(r.eventsOf("signal.pushing-others")).toMatchObject([{ toUserId: "10", connected: 1 }]);
    expect(r.eventsOf("signal.user-offline")).toEqual([]);
  });

  test("has nobody pushed when a connected phone has not said its device id", async () => {
    await r.comes(A);
    await r.comes(old1);
    expect(brief(await r.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0", "old1 offer v=0"]);
    expect(r.pushes).toEqual([]);
  });

  test("made again rings nobody twice", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    expect(await r.calls.offer(caller, offerTo("10"))).toEqual([]);
    await r.advance(1_000);
    expect(await r.calls.offer(caller, offerTo(10))).toEqual([]);
    expect(r.pushes).toHaveLength(1);
    expect(r.calls.size).toBe(1);
  });

  test("with another body while it rings replaces the first, starts the time anew and is pushed under a new key", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10, "one"));
    await r.calls.candidate(caller, { to: 10, candidate: "of the first" });
    await r.advance(20_000);
    expect(brief(await r.calls.offer(caller, offerTo(10, "two")))).toEqual(["A offer two"]);
    expect(r.pushes).toHaveLength(2);
    expect(r.pushes[0]?.signal.aborted).toBe(true);
    expect(r.pushes[1]?.signal.aborted).toBe(false);
    expect(r.pushes[1]?.idempotencyKey).not.toBe(r.pushes[0]?.idempotencyKey);
    expect(brief(await r.comes(B))).toEqual(["B offer two"]);
    await r.advance(20_000);
    expect(r.emitted).toEqual([]);
    await r.advance(10_000);
    expect(brief(r.emitted)).toEqual([
      "caller call-ended no-answer",
      "A call-ended no-answer",
      "B call-ended no-answer",
    ]);
  });

  test("from a user id that is text, or a bigint, is from the same user", async () => {
    await r.comes({ ...A, userId: 10n });
    const signals = await r.calls.offer({ ...caller, userId: "11" }, offerTo("10"));
    expect(signals).toMatchObject([{ phone: A.id, body: { from: 11 } }]);
    const named = await r.calls.offer({ ...caller, userId: "u_9f" }, offerTo(10));
    expect(named).toMatchObject([{ body: { from: "u_9f" } }]);
  });

  test("that is too large ends at once, and says why", async () => {
    await r.comes(A);
    const signals = await r.calls.offer(caller, offerTo(10, "x".repeat(131_072)));
    expect(signals).toEqual([
      {
        phone: caller.id,
        event: "call-ended",
        body: { from: 10, reason: "failed", message: expect.stringMatching(/131072/) },
      },
    ]);
    expect(r.calls.size).toBe(0);
    expect(r.pushes).toEqual([]);
  });

  test("cannot pass for somebody else's", async () => {
    await r.comes(A);
    const signals = await r.calls.offer(caller, { ...offerTo(10), from: 666 } as Offer);
    expect(signals).toMatchObject([{ body: { from: 11 } }]);
  });
});

describe("a phone that registers while it rings", () => {
  test("gets the offer and the candidates that followed, in order", async () => {
    await r.calls.offer(caller, offerTo(10));
    const candidate = { candidate: "candidate:1 1 UDP 1 10.0.0.1 5000 typ host", sdpMid: "0", sdpMLineIndex: 0 };
    await r.calls.candidate(caller, { to: 10, candidate });
    await r.calls.candidate(caller, { to: "10", candidate: "second" });
    expect(await r.comes(A)).toStrictEqual([
      { phone: A.id, event: "offer", body: { sdp: "v=0", displayName: "Ann", hasVideo: true, from: 11 } },
      { phone: A.id, event: "ice", body: { from: 11, candidate } },
      { phone: A.id, event: "ice", body: { from: 11, candidate: "second" } },
    ]);
  });

  test("gets it once on one connection, and later candidates at once", async () => {
    await r.calls.offer(caller, offerTo(10));
    expect(await r.comes(A)).toHaveLength(1);
    expect(await r.comes(A)).toEqual([]);
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "late" }))).toEqual(["A ice late"]);
    expect(await r.comes(A)).toEqual([]);
  });

  test("gets it again on a new connection, and the loss of the old one changes nothing", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.comes(A);
    const again = phoneOf(10, "A");
    expect(await r.comes(again)).toHaveLength(1);
    expect(await r.goes(A)).toEqual([]);
    expect(await r.comes(again)).toEqual([]);
    expect(await r.calls.end(caller, { to: 10 })).toMatchObject([{ phone: again.id, event: "call-ended" }]);
  });

  test("does not get it again because it was connected when the call came", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    expect(await r.calls.register(A)).toEqual([]);
  });

  test("while the offer is on its way gets it once", async () => {
    const asked = Promise.withResolvers<void>();
    r = rig({
      online: async () => {
        await asked.promise;
        return [A];
      },
    });
    const offered = r.calls.offer(caller, offerTo(10));
    await rest();
    const registered = r.calls.register(A);
    asked.resolve();
    expect(brief([...(await offered), ...(await registered)])).toEqual(["A offer v=0"]);
  });

  test("gets what several callers left, the earlier first, each with its own candidates", async () => {
    const other = phoneOf(12, "other");
    await r.calls.offer(caller, offerTo(10, "from 11"));
    await r.calls.offer(other, offerTo(10, "from 12"));
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    await r.calls.candidate(other, { to: 10, candidate: "b" });
    await r.calls.offer(caller, offerTo(99, "for another"));
    expect(brief(await r.comes(A))).toEqual(["A offer from 11", "A ice a", "A offer from 12", "A ice b"]);
  });

  test("of a user whom nobody calls gets nothing", async () => {
    await r.calls.offer(caller, offerTo(10));
    expect(await r.comes(phoneOf("constructor"))).toEqual([]);
    expect(await r.comes(phoneOf(11))).toEqual([]);
  });
});

describe("a phone that goes while it rings", () => {
  test("gets offer and candidates again when it registers again", async () => {
    await r.comes(A);
    await r.comes(B);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    await r.goes(A);
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "b" }))).toEqual(["B ice b"]);
    expect(brief(await r.comes(A))).toEqual(["A offer v=0", "A ice a", "A ice b"]);
    expect(r.pushes).toHaveLength(1);
  });

  test("is pushed when it was the last that was connected, once for the call", async () => {
    await r.comes(old1);
    await r.calls.offer(caller, offerTo(10));
    expect(r.pushes).toEqual([]);
    await r.goes(old1);
    expect(r.pushes).toHaveLength(1);
    expect(r.pushes[0]?.exceptDeviceIds).toBeUndefined();
    await r.comes(old1);
    await r.goes(old1);
    expect(r.pushes).toHaveLength(1);
  });

  test("is pushed under a key of its own although the others were pushed before", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.goes(A);
    expect(r.pushes).toHaveLength(2);
    expect(r.pushes[1]?.exceptDeviceIds).toBeUndefined();
    expect(r.pushes[1]?.idempotencyKey).not.toBe(r.pushes[0]?.idempotencyKey);
  });

  test("is not pushed when another is still there, nor when a push has woken it", async () => {
    await r.comes(A);
    await r.comes(old1);
    await r.calls.offer(caller, offerTo(10));
    await r.goes(A);
    expect(r.pushes).toEqual([]);
    await r.calls.offer(caller, offerTo(12));
    const woken = phoneOf(12, "W");
    await r.comes(woken);
    await r.goes(woken);
    expect(r.pushes).toHaveLength(1);
  });
});

describe("when nobody can be woken", () => {
  test.each([
    ["no-devices", { message: "Request failed with status code 404: VoIP token not found" }],
    ["failed", { message: "connect ECONNREFUSED 127.0.0.1:3000" }],
  ])("%s: the caller is told at once, with the message", async (status, more) => {
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle(status, more);
    expect(r.emitted).toEqual([{ phone: caller.id, event: "call-ended", body: { from: 10, reason: status, ...more } }]);
    expect(r.calls.size).toBe(0);
    expect(r.missed).toEqual([]);
    await r.advance(60_000);
    expect(r.emitted).toHaveLength(1);
  });

  test("a push service's report says why with its devices' reasons", async () => {
    await r.calls.offer(caller, offerTo(10));
    const devices = [
      { result: { reason: "Unregistered" } },
      { result: { error: { code: "TIMEOUT" } } },
      { result: { reason: "Unregistered" } },
    ];
    await r.pushes[0]?.settle("failed", { devices });
    expect(r.emitted).toMatchObject([{ body: { reason: "failed", message: "Unregistered, TIMEOUT" } }]);
  });

  test("a push that throws has failed", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.fail(new Error("INVALID_CALL"));
    expect(r.emitted).toMatchObject([{ body: { reason: "failed", message: "INVALID_CALL" } }]);
  });

  test("of an error of ours the phone gets the code, and nothing that a database said", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.fail(new ApnsVoipError("STORE_FAILED", "getaddrinfo ENOTFOUND db.internal.example"));
    expect(r.emitted).toMatchObject([{ body: { reason: "failed", message: "STORE_FAILED" } }]);
  });

  test.each(["accepted", "duplicate", "unknown"])("%s: it rings on", async status => {
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle(status);
    expect(r.emitted).toEqual([]);
    expect(r.calls.size).toBe(1);
  });

  test("it rings on where a phone is connected", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle("no-devices");
    expect(r.emitted).toEqual([]);
    await r.calls.offer(caller, offerTo(12));
    await r.comes(phoneOf(12, "opened by chance"));
    await r.pushes[1]?.settle("failed");
    expect(r.emitted).toEqual([]);
  });
});

describe("when nobody can be woken and the last phone that was connected goes", () => {
  const ended = [{ phone: caller.id, event: "call-ended", body: { from: 10, reason: "no-devices", message: "none" } }];

  test("after the push had failed: the caller is told at once", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.comes(A);
    await r.comes(B);
    await r.pushes[0]?.settle("no-devices", { message: "none" });
    expect(await r.goes(A)).toEqual([]);
    expect(await r.goes(B)).toEqual(ended);
    expect(r.calls.size).toBe(0);
  });

  test("while it was pushed on that account already: the caller is told at once", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.goes(A);
    await r.comes(A);
    for (const push of r.pushes) await push.settle("no-devices", { message: "none" });
    expect(r.emitted).toEqual([]);
    expect(await r.goes(A)).toEqual(ended);
  });

  test("before it has registered: the caller is told at once", async () => {
    await r.calls.offer(caller, offerTo(10));
    r.here.add(A);
    await r.pushes[0]?.settle("no-devices", { message: "none" });
    expect(await r.goes(A)).toEqual(ended);
  });

  test("a caller who is away is told when it is back", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.comes(A);
    await r.pushes[0]?.settle("no-devices", { message: "none" });
    await r.goes(caller);
    expect(await r.goes(A)).toEqual([]);
    expect(await r.comes(caller)).toEqual(ended);
  });

  test("the call rings on where a push may still ring", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.comes(A);
    expect(await r.goes(A)).toEqual([]);
    expect(r.calls.size).toBe(1);
  });
});

describe("nobody answers", () => {
  test("the caller and every phone on which it rang are told, to the millisecond, and onMissed once", async () => {
    await r.comes(A);
    const offer = { ...offerTo(10), callId: "c-1" };
    await r.calls.offer(caller, offer);
    await r.pushes[0]?.settle("accepted");
    await r.advance(29_999);
    expect(r.emitted).toEqual([]);
    await r.advance(1);
    expect(r.emitted).toEqual([
      { phone: caller.id, event: "call-ended", body: { from: 10, reason: "no-answer" } },
      { phone: A.id, event: "call-ended", body: { from: 11, reason: "no-answer" } },
    ]);
    expect(r.missed).toEqual([[callFromOffer(11, offer), "no-answer"]]);
    expect(await r.comes(B)).toMatchObject([{ body: { from: 11, reason: "no-answer" } }]);
    expect(await r.comes(B)).toEqual([]);
    expect(await r.calls.register(A)).toEqual([]);
    await r.advance(30_000);
    expect(await r.comes(phoneOf(10, "C"))).toEqual([]);
    expect(r.missed).toHaveLength(1);
  });

  test("a caller that was away is told when it is back", async () => {
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.goes(caller);
    await r.advance(30_000);
    expect(r.emitted).toEqual([]);
    const back = phoneOf(11, "caller");
    expect(await r.comes(back)).toMatchObject([{ phone: back.id, event: "call-ended", body: { reason: "no-answer" } }]);
    expect(await r.comes(back)).toEqual([]);
  });

  test("the ring timeout can be set", async () => {
    r = rig({ ringTimeout: 1_000 });
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.advance(1_000);
    expect(r.emitted).toHaveLength(1);
  });
});

describe("whether it woke", () => {
  test("is told once for each pushed phone that registers", async () => {
    await r.comes(A);
    await r.calls.offer(caller, { ...offerTo(10), callId: "c-1" });
    await r.pushes[0]?.settle("accepted");
    await r.advance(812);
    await r.comes(B);
    await r.comes(B);
    await r.comes(A);
    expect(r.eventsOf("signal.phone-woken")).toEqual([
      { type: "signal.phone-woken", toUserId: "10", callId: "c-1", phone: B.id, milliseconds: 812 },
    ]);
  });

  test("is told once when nobody has, after quietAfter, while it rings", async () => {
    await r.calls.offer(caller, offerTo(10));
    await r.advance(100);
    await r.pushes[0]?.settle("accepted");
    await r.advance(7_899);
    expect(r.eventsOf("signal.nobody-woken")).toEqual([]);
    await r.advance(1);
    await r.advance(10_000);
    expect(r.eventsOf("signal.nobody-woken")).toEqual([
      { type: "signal.nobody-woken", toUserId: "10", callId: "11-10", milliseconds: 8_000 },
    ]);
  });

  test.each([
    ["somebody has come", async () => void (await r.comes(A))],
    ["the call is over", async () => void (await r.calls.end(caller, { to: 10 }))],
  ])("is not told when %s", async (_, what) => {
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle("accepted");
    await what();
    await r.advance(29_000);
    expect(r.eventsOf("signal.nobody-woken")).toEqual([]);
  });

  test("is not told when somebody was connected, or Apple has not accepted", async () => {
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle("accepted");
    await r.calls.offer(caller, offerTo(12));
    await r.pushes[1]?.settle("unknown");
    await r.advance(29_000);
    expect(r.eventsOf("signal.nobody-woken")).toEqual([]);
  });
});
