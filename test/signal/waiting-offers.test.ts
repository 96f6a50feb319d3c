import { createWaitingOffers, type Offer, type WaitingOffersOptions, type WaitingSignal } from "apns-voip/signal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "./manual-clock.js";

function setUp(options: WaitingOffersOptions = {}) {
  const clock = manualClock();
  return { clock, offers: createWaitingOffers({ clock, ...options }) };
}

const offer = (to: number | string, sdp = "v=0") => ({ to, sdp, displayName: "Ann", hasVideo: true });
const ice = (to: number | string, candidate: unknown) => ({ to, candidate });

/** What a phone got, briefly. */
const brief = (signals: readonly WaitingSignal[]) =>
  signals.map(({ event, body }) =>
    event === "offer"
      ? `${body.from}: ${body.sdp}`
      : event === "ice"
        ? `${body.from}: ${body.candidate}`
        : `${body.from} ended`,
  );

describe("a phone that the push has woken", () => {
  test("gets the offer as it was sent, with from instead of to, and the candidates that followed, in order", () => {
    const { offers } = setUp();
    const candidate = { candidate: "candidate:1 1 UDP 1 10.0.0.1 5000 typ host", sdpMid: "0", sdpMLineIndex: 0 };
    expect(offers.keep(11, { ...offer(10), callId: "c", own: { key: 1 } } as Offer)).toBe(true);
    expect(offers.addCandidate(11, ice(10, candidate))).toBe(true);
    expect(offers.addCandidate(11, ice(10, "second"))).toBe(true);
    expect(offers.take(10, "A")).toStrictEqual([
      {
        event: "offer",
        body: { from: 11, sdp: "v=0", displayName: "Ann", hasVideo: true, callId: "c", own: { key: 1 } },
      },
      { event: "ice", body: { from: 11, candidate } },
      { event: "ice", body: { from: 11, candidate: "second" } },
    ]);
  });

  test("gets it once, however often it registers", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10));
    expect(offers.take(10, "A")).toHaveLength(1);
    expect(offers.take(10, "A")).toEqual([]);
    offers.addCandidate(11, ice(10, "late"));
    expect(offers.take(10, "A")).toEqual([]);
  });

  test("a second phone gets all of it as well, with the candidates that came in between", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10));
    offers.addCandidate(11, ice(10, "one"));
    expect(brief(offers.take(10, "A"))).toEqual(["11: v=0", "11: one"]);
    offers.addCandidate(11, ice(10, "two"));
    expect(brief(offers.take(10, "B"))).toEqual(["11: v=0", "11: one", "11: two"]);
  });

  test("gets nothing when it was online and had the offer from the server", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    expect(offers.take(10, "A")).toEqual([]);
    expect(brief(offers.take(10, "B"))).toEqual(["11: v=0"]);
  });

  test("gets what several callers left, each offer with its own candidates, the earlier caller first", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10, "from 11"));
    offers.keep(12, offer(10, "from 12"));
    offers.addCandidate(11, ice(10, "a"));
    offers.addCandidate(12, ice(10, "b"));
    offers.keep(11, offer(99, "for another"));
    expect(brief(offers.take(10, "A"))).toEqual(["11: from 11", "11: a", "12: from 12", "12: b"]);
  });

  test("gets the later of two offers of one caller, without the candidates of the earlier", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10, "first"));
    offers.addCandidate(11, ice(10, "of the first"));
    offers.keep(11, offer(10, "second"));
    offers.addCandidate(11, ice(10, "of the second"));
    expect(brief(offers.take(10, "A"))).toEqual(["11: second", "11: of the second"]);
    expect(offers.size).toBe(1);
  });

  test("gets a new offer although it had the one before", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10, "first"));
    offers.take(10, "A");
    offers.keep(11, offer(10, "second"));
    expect(brief(offers.take(10, "A"))).toEqual(["11: second"]);
  });

  test("is known by its user's id, be that a number or text", () => {
    const { offers } = setUp();
    offers.keep("11", offer("10"));
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(true);
    expect(brief(offers.take(10, "A"))).toEqual(["11: v=0", "11: x"]);
  });

  test("of nobody who was called gets nothing", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10));
    expect(offers.take(11, "A")).toEqual([]);
    expect(offers.take("constructor", "A")).toEqual([]);
  });
});

describe("a candidate", () => {
  test("that follows no offer is not kept", () => {
    const { offers } = setUp();
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(false);
    offers.keep(11, offer(10));
    expect(offers.addCandidate(12, ice(10, "x"))).toBe(false);
    expect(offers.addCandidate(10, ice(11, "of the callee"))).toBe(false);
    expect(brief(offers.take(10, "A"))).toEqual(["11: v=0"]);
  });
});

describe("the ring timeout", () => {
  test("ends the waiting, to the millisecond", () => {
    const { offers, clock } = setUp();
    offers.keep(11, offer(10));
    clock.advance(29_999);
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(true);
    expect(offers.take(10, "A")).toHaveLength(2);
    clock.advance(1);
    expect(offers.addCandidate(11, ice(10, "y"))).toBe(false);
    expect(offers.take(10, "B")).toEqual([]);
    expect(offers.size).toBe(0);
  });

  test("is counted anew for each offer, and can be set", () => {
    const { offers, clock } = setUp({ ringTimeout: 1_000 });
    offers.keep(11, offer(10, "first"));
    clock.advance(900);
    offers.keep(12, offer(10));
    offers.keep(11, offer(10, "second"));
    clock.advance(900);
    expect(brief(offers.take(10, "A"))).toEqual(["12: v=0", "11: second"]);
    clock.advance(100);
    expect(offers.size).toBe(0);
  });
});

describe("the end of a call", () => {
  test.each([
    ["caller hangs up", 11, 10],
    ["callee declines", 10, 11],
  ])("the %s: nothing waits any more", (_, userId, to) => {
    const { offers } = setUp();
    offers.keep(11, offer(10));
    offers.keep(12, offer(10, "another call"));
    offers.end(userId, to);
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(false);
    expect(brief(offers.take(10, "A"))).not.toContain("11: v=0");
    expect(brief(offers.take(10, "B"))).toContain("12: another call");
  });

  test("is told to the phones it rang on, besides the one that ended it", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    offers.take(10, "B");
    expect(offers.end(11, 10)).toEqual(["A", "B"]);
    offers.keep(11, offer(10), ["A", "B"]);
    expect(offers.end(10, 11, "A")).toEqual(["B"]);
  });

  test("is told to a phone that was still waking up, once", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    offers.end(11, 10);
    expect(offers.take(10, "A")).toEqual([]);
    expect(offers.take(10, "B")).toStrictEqual([{ event: "call-ended", body: { from: 11 } }]);
    expect(offers.take(10, "B")).toEqual([]);
  });

  test("is forgotten with the ring timeout, with a new call, and when the callee calls back", () => {
    const { offers, clock } = setUp();
    offers.keep(11, offer(10));
    offers.end(11, 10);
    offers.keep(11, offer(10, "again"));
    expect(brief(offers.take(10, "A"))).toEqual(["11: again"]);

    offers.end(11, 10);
    offers.keep(10, offer(11));
    expect(offers.take(10, "B")).toEqual([]);

    offers.end(10, 11);
    clock.advance(30_000);
    expect(offers.take(11, "C")).toEqual([]);
    expect(offers.size).toBe(0);
  });

  test("ends both calls when two ring each other", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["ten"]);
    offers.keep(10, offer(11), ["eleven"]);
    expect(offers.end(10, 11, "ten")).toEqual(["eleven"]);
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(false);
    expect(offers.addCandidate(10, ice(11, "x"))).toBe(false);
  });

  test("of a call that is not there is nothing", () => {
    const { offers } = setUp();
    expect(offers.end(11, 10, "A")).toEqual([]);
    expect(offers.size).toBe(0);
  });
});

describe("two phones of a user", () => {
  test("the first to answer has the call, and the other is told", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    offers.take(10, "B");
    expect(offers.answered(10, "B", 11)).toEqual({ passOn: true, callEnded: ["A"] });
  });

  test("the second answer is not passed on, and its phone is told", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A", "B"]);
    offers.answered(10, "A", 11);
    expect(offers.answered(10, "B", 11)).toEqual({ passOn: false, callEnded: ["B"] });
    expect(offers.answered(10, "A", 11)).toEqual({ passOn: true, callEnded: [] });
  });

  test("nothing waits for a phone that registers after the answer, and its own answer comes too late", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    offers.answered(10, "A", 11);
    expect(offers.addCandidate(11, ice(10, "x"))).toBe(false);
    expect(offers.take(10, "B")).toEqual([]);
    expect(offers.answered(10, "B", 11)).toEqual({ passOn: false, callEnded: ["B"] });
  });

  test("a phone that reconnects during the call it answered is not told that it is over", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    offers.answered(10, "A", 11);
    expect(offers.take(10, "A again")).toEqual([]);
    expect(offers.end(11, 10)).toEqual([]);
    expect(offers.take(10, "A once more")).toEqual([]);
  });

  test("after a hang-up the next call is answered afresh", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A", "B"]);
    offers.answered(10, "A", 11);
    offers.keep(11, offer(10), ["A", "B"]);
    expect(offers.answered(10, "B", 11)).toEqual({ passOn: true, callEnded: ["A"] });
  });

  test("an answer to a call that is not kept is passed on: it may ring longer than we keep it", () => {
    const { offers, clock } = setUp();
    expect(offers.answered(10, "A", 11)).toEqual({ passOn: true, callEnded: [] });
    offers.keep(11, offer(10), ["A", "B"]);
    clock.advance(30_000);
    expect(offers.answered(10, "A", 11)).toEqual({ passOn: true, callEnded: [] });
  });

  test("the caller's own answer to its call answers nothing", () => {
    const { offers } = setUp();
    offers.keep(11, offer(10), ["A"]);
    expect(offers.answered(11, "C", 10)).toEqual({ passOn: true, callEnded: [] });
    expect(offers.answered(10, "A", 11)).toEqual({ passOn: true, callEnded: [] });
  });
});

describe("memory", () => {
  test("an offer keeps so many candidates and no more", () => {
    const { offers } = setUp({ maxCandidates: 2 });
    offers.keep(11, offer(10));
    expect(["a", "b", "c"].map(candidate => offers.addCandidate(11, ice(10, candidate)))).toEqual([true, true, false]);
    expect(brief(offers.take(10, "A"))).toEqual(["11: v=0", "11: a", "11: b"]);
  });

  test("an offer that is too large is not kept, and the one it replaces is gone", () => {
    const { offers } = setUp({ maxSize: 10_000 });
    offers.keep(11, offer(10, "small"));
    expect(offers.keep(11, offer(10, "x".repeat(10_000)))).toBe(false);
    expect(offers.take(10, "A")).toEqual([]);
    expect(offers.size).toBe(0);
  });

  test("a candidate that is too large is not kept, and the offer stays", () => {
    const { offers } = setUp({ maxSize: 10_000 });
    offers.keep(11, offer(10));
    expect(offers.addCandidate(11, ice(10, "x".repeat(10_000)))).toBe(false);
    expect(offers.addCandidate(11, ice(10, "small"))).toBe(true);
    expect(brief(offers.take(10, "A"))).toEqual(["11: v=0", "11: small"]);
  });

  test("the oldest offers make room for new ones", () => {
    const { offers } = setUp({ maxTotalSize: 10_000 });
    for (let caller = 0; caller < 1_000; caller++) expect(offers.keep(caller, offer(10, `from ${caller}`))).toBe(true);
    const kept = brief(offers.take(10, "A"));
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.length).toBeLessThan(20);
    expect(kept.at(-1)).toBe("999: from 999");
  });

  test("answered and ended calls hold next to nothing", () => {
    const { offers } = setUp({ maxTotalSize: 100_000 });
    offers.keep("first", offer(10, "x".repeat(40_000)));
    offers.answered(10, "A", "first");
    offers.keep("second", offer(10, "x".repeat(40_000)));
    offers.end(10, "second");
    offers.keep("third", offer(10, "x".repeat(90_000)));
    expect(offers.size).toBe(3);
  });

  test("stays within the limits whatever comes, and no phone gets anything twice or out of order", () => {
    const user = fc.nat({ max: 3 });
    const phone = fc.constantFrom("A", "B");
    const step = fc.oneof(
      fc.tuple(fc.constant("keep" as const), user, user),
      fc.tuple(fc.constant("ice" as const), user, user),
      fc.tuple(fc.constant("take" as const), user, phone),
      fc.tuple(fc.constant("answered" as const), user, phone, user),
      fc.tuple(fc.constant("end" as const), user, user),
      fc.tuple(fc.constant("wait" as const), fc.nat({ max: 20_000 })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { offers, clock } = setUp({ maxTotalSize: 4_000, maxSize: 2_000, maxCandidates: 5 });
        const got = new Map<string, string[]>();
        let serial = 0;
        for (const [what, a, b, c] of steps) {
          serial++;
          if (what === "keep") offers.keep(a, offer(b as number, `${clock.elapsed} ${serial}`));
          else if (what === "ice") offers.addCandidate(a, ice(b as number, `${clock.elapsed} ${serial}`));
          else if (what === "answered") offers.answered(a, b as string, c as number);
          else if (what === "end") offers.end(a, b as number);
          else if (what === "wait") clock.advance(a);
          else
            for (const { event, body } of offers.take(a, b as string)) {
              if (event === "call-ended") continue;
              const text = String(event === "offer" ? body.sdp : body.candidate);
              expect(clock.elapsed - Number(text.split(" ")[0])).toBeLessThan(30_000);
              const before = got.get(`${a} ${b} ${body.from}`) ?? [];
              expect(Number(text.split(" ")[1])).toBeGreaterThan(Number(before.at(-1)?.split(" ")[1] ?? 0));
              got.set(`${a} ${b} ${body.from}`, [...before, text]);
            }
          expect(offers.size).toBeLessThanOrEqual(7);
        }
        clock.advance(30_000);
        expect(offers.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what a client sent", () => {
  const cyclic: Record<string, unknown> = { to: 10, sdp: "v=0" };
  cyclic.self = cyclic;

  test.each([
    undefined,
    null,
    "offer",
    5,
    {},
    { to: 10 },
    { sdp: "v=0" },
    { to: {}, sdp: "v=0" },
    { to: "", sdp: "v=0" },
    { to: Number.NaN, sdp: "v=0" },
    { to: { toString: 5, valueOf: 5 }, sdp: "v=0" },
    { to: 10, sdp: 5 },
    { to: 10, sdp: 5n },
    { to: 10, sdp: {} },
    { to: 10, sdp: null },
    cyclic,
  ])("case %#: is no offer", body => {
    const { offers } = setUp();
    expect(offers.keep(11, body as unknown as Offer)).toBe(false);
    expect(offers.size).toBe(0);
  });

  test("is kept as it came where the description is WebRTC's object", () => {
    const { offers } = setUp();
    const sdp = { type: "offer", sdp: "v=0" };
    expect(offers.keep(11, { to: 10, sdp })).toBe(true);
    expect(offers.take(10, "A")).toStrictEqual([{ event: "offer", body: { from: 11, sdp } }]);
  });

  test("cannot pass for somebody else's", () => {
    const { offers } = setUp();
    offers.keep(11, { ...offer(10), from: 666 } as Offer);
    expect(offers.take(10, "A")).toMatchObject([{ body: { from: 11 } }]);
  });

  test("never throws", () => {
    const { offers } = setUp();
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), anything => {
        const body = anything as never;
        offers.keep(11, body);
        offers.addCandidate(11, body);
        offers.addCandidate(11, ice(10, anything));
        offers.answered(10, "A", body);
        offers.end(10, body, "A");
      }),
    );
  });
});

test.each([
  { ringTimeout: 0 },
  { maxCandidates: -1 },
  { maxSize: Number.NaN },
  { maxTotalSize: "1" },
  { ringTimeout: null },
])("the limits %j are refused", limits => {
  expect(() => createWaitingOffers(limits as WaitingOffersOptions)).toThrow(
    expect.objectContaining({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(/^createWaitingOffers: \w+ must be a number above 0, not /),
    }),
  );
});
