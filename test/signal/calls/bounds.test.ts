import {
  type CallSignal,
  type CallStore,
  type CallsChange,
  type CallsOptions,
  createCalls,
  memoryCallStore,
  type Offer,
} from "apns-voip/signal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brief as briefly, offerTo, phoneOf, rest, rig } from "./rig.js";

const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const names = { caller, A };
const brief = (signals: readonly CallSignal[]) => briefly(signals, names);

describe("what a phone sent", () => {
  const cyclic: Record<string, unknown> = { to: 10, sdp: "v=0" };
  cyclic.self = cyclic;
  const nested = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);

  test.each([
    undefined,
    null,
    "offer",
    5,
    [],
    {},
    { to: 10 },
    { sdp: "v=0" },
    { to: {}, sdp: "v=0" },
    { to: "", sdp: "v=0" },
    { to: " ", sdp: "v=0" },
    { to: Number.NaN, sdp: "v=0" },
    { to: 10.5, sdp: "v=0" },
    { to: "\ud800", sdp: "v=0" },
    { to: "x".repeat(600), sdp: "v=0" },
    { to: { toString: 5, valueOf: 5 }, sdp: "v=0" },
    { to: 10, sdp: 5 },
    { to: 10, sdp: 5n },
    { to: 10, sdp: {} },
    { to: 10, sdp: null },
    { to: 11, sdp: "calls himself" },
    { to: 10, sdp: "v=0", nested },
    cyclic,
  ])("case %#: is no offer, changes nothing, and the event says why", async body => {
    const r = rig();
    await r.comes(A);
    expect(await r.calls.offer(caller, body as unknown as Offer)).toEqual([]);
    expect(r.calls.size).toBe(0);
    expect(r.pushes).toEqual([]);
    expect(r.eventsOf("signal.refused")).toEqual([
      { type: "signal.refused", userId: "11", event: "offer", why: expect.any(String) },
    ]);
  });

  test.each(["answer", "candidate", "end"] as const)("is no %s: it is refused, and changes nothing", async method => {
    const r = rig();
    for (const body of [undefined, null, 5, [], {}, { to: null }, cyclic])
      expect(await r.calls[method](caller, body as never)).toEqual([]);
    expect(r.eventsOf("signal.refused")).toHaveLength(7);
  });

  test("is refused where it is nested beyond reason, whichever of the two may be away", async () => {
    const r = rig();
    for (const phone of [A, caller]) await r.comes(phone);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(A, { to: 11, sdp: "answer" });
    await r.goes(A);
    const deep = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
    for (const body of [{ sdp: "deep", x: deep(101) }, { sdp: deep(4_000) }])
      expect(await r.calls.answer(caller, { to: 10, ...body })).toEqual([]);
    expect(await r.calls.candidate(caller, { to: 10, candidate: deep(101) })).toEqual([]);
    expect(r.eventsOf("signal.refused").map(({ event, why }) => `${event}: ${why}`)).toEqual([
      "answer: the body is nested more than 100 levels deep",
      "answer: the body is nested more than 100 levels deep",
      "ice: the body is nested more than 100 levels deep",
    ]);
    await r.calls.answer(caller, { to: 10, sdp: "deep enough", x: deep(90) });
    expect(brief(await r.comes(A))).toEqual(["A answer deep enough"]);
  });

  test.each([
    undefined,
    null,
    {},
    { userId: 10 },
    { userId: 10, id: "" },
    { userId: 10, id: 5 },
    { userId: "", id: "a" },
    { userId: {}, id: "a" },
  ])("a phone like %j is refused", async phone => {
    const r = rig();
    for (const method of ["register", "gone"] as const) expect(await r.calls[method](phone as never)).toEqual([]);
    expect(await r.calls.offer(phone as never, offerTo(10))).toEqual([]);
    expect(r.eventsOf("signal.refused")).toHaveLength(3);
  });

  test.each([
    "",
    " ",
    "null",
    "(null)",
    "undefined",
    "unknown",
    "00000000-0000-0000-0000-000000000000",
    5,
    {},
    "\ud800",
  ])("a device id %j counts as absent", async deviceId => {
    const r = rig();
    await r.comes({ ...A, deviceId: deviceId as string });
    await r.calls.offer(caller, offerTo(10));
    expect(r.pushes).toEqual([]);
  });

  test("is kept as it came where the description is WebRTC's object", async () => {
    const r = rig();
    const sdp = { type: "offer", sdp: "v=0\r\nm=video 9" };
    await r.calls.offer(caller, { to: 10, sdp });
    expect(r.pushes[0]?.call.hasVideo).toBe(true);
    expect(await r.comes(A)).toStrictEqual([{ phone: A.id, event: "offer", body: { from: 11, sdp } }]);
  });

  test("never throws, and changes no call of other users", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withBigInt: true, withNullPrototype: true }), async anything => {
        const r = rig();
        await r.comes(A);
        await r.comes(caller);
        await r.calls.offer(caller, offerTo(10));
        const stranger = phoneOf(12, "S");
        const body = anything as never;
        for (const method of ["offer", "answer", "candidate", "end"] as const) {
          await r.calls[method](stranger, body);
          await r.calls[method](stranger, { to: anything, sdp: anything, candidate: anything } as never);
          await r.calls[method](body, { to: 10, sdp: "v=0" } as never);
        }
        await r.calls.register(body);
        await r.calls.gone(body);
        expect(brief(await r.calls.answer(A, { to: 11, sdp: "yes" }))).toContain("caller answer yes");
      }),
      { numRuns: 100 },
    );
  });
});

describe("limits", () => {
  test("the oldest ringing call makes room for a new one, and whoever waits for it is told", async () => {
    const r = rig({ maxCalls: 2 });
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.offer(phoneOf(12, "x"), offerTo(20));
    const signals = await r.calls.offer(phoneOf(13, "x"), offerTo(30));
    expect(signals).toEqual([
      { phone: caller.id, event: "call-ended", body: { from: 10, reason: "failed", message: expect.any(String) } },
    ]);
    expect(r.calls.size).toBe(2);
    expect(r.pushes[0]?.signal.aborted).toBe(true);
    expect(await r.comes(A)).toEqual([]);
  });

  test("an answered call never makes room", async () => {
    const r = rig({ maxCalls: 2 });
    await r.comes(caller);
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(A, { to: 11, sdp: "yes" });
    for (let user = 100; user < 110; user++) await r.calls.offer(phoneOf(user, "x"), offerTo(20));
    expect(r.calls.size).toBe(2);
    expect(brief(await r.calls.end(A, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
  });

  test("of one caller 50 calls that are over are known at most: the oldest go", async () => {
    const stored = memoryCallStore();
    const r = rig({ store: stored });
    for (let to = 100; to < 300; to++) await r.calls.offer(caller, { ...offerTo(to), displayName: "x".repeat(5_000) });
    const { calls } = await stored.read(["11"]);
    expect(calls).toHaveLength(100);
    expect(Math.max(...calls.map(({ value }) => value.length))).toBeLessThan(7_000);
    expect(calls.filter(({ value }) => JSON.parse(value).state === "over")).toHaveLength(50);
    const last = phoneOf(249, "last");
    expect(briefly(await r.comes(last), { last })).toEqual(["last call-ended failed"]);
    expect(await r.comes(phoneOf(100, "first"))).toEqual([]);
  });

  test("of one caller 50 calls ring at most", async () => {
    const r = rig();
    await r.comes(caller);
    for (let callee = 100; callee < 150; callee++) expect(await r.calls.offer(caller, offerTo(callee))).toEqual([]);
    expect(await r.calls.offer(caller, offerTo(150))).toMatchObject([
      { phone: caller.id, event: "call-ended", body: { from: 100, reason: "failed" } },
    ]);
    expect(r.calls.size).toBe(50);
  });

  test("200 candidates of a phone are kept at most; the others still reach phones that are connected", async () => {
    const r = rig();
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    for (let n = 0; n < 201; n++) expect(await r.calls.candidate(caller, { to: 10, candidate: n })).toHaveLength(1);
    expect(await r.comes(phoneOf(10, "B"))).toHaveLength(201);
    expect(r.eventsOf("signal.refused")).toMatchObject([{ userId: "11", event: "ice" }]);
  });

  test("a call keeps 131,072 characters at most", async () => {
    const r = rig();
    await r.calls.offer(caller, offerTo(10));
    for (let n = 0; n < 20; n++) await r.calls.candidate(caller, { to: 10, candidate: "x".repeat(10_000) });
    const kept = await r.comes(A);
    expect(JSON.stringify(kept).length).toBeLessThan(132_000);
    expect(kept.length).toBe(14);
    const waiting = phoneOf(10, "A");
    await r.calls.answer(A, { to: 11, sdp: "yes" });
    await r.goes(A);
    for (let n = 0; n < 300; n++) await r.calls.candidate(caller, { to: 10, candidate: "y".repeat(1_000) });
    expect((await r.comes(waiting)).length).toBeLessThan(132);
  });

  /** A store that counts the characters which are in it, values and texts. */
  function countingStore() {
    const store = memoryCallStore();
    const sizes = new Map<string, { value: number; readonly texts: Map<number, number> }>();
    const sizeOf = (id: string) => {
      const { value = 0, texts = new Map<number, number>() } = sizes.get(id) ?? {};
      return value + [...texts.values()].reduce((sum, size) => sum + size, 0);
    };
    const counting = {
      ...store,
      total: 0,
      async write(change: CallsChange) {
        if (!(await store.write(change))) return false;
        for (const { id } of [...change.put, ...change.drop]) counting.total -= sizeOf(id);
        for (const { id, value, texts = [], forget = [] } of change.put) {
          const before = sizes.get(id) ?? { value: 0, texts: new Map<number, number>() };
          for (const [name, text] of texts) before.texts.set(name, text.length);
          for (const name of forget) before.texts.delete(name);
          sizes.set(id, { ...before, value: value.length });
          counting.total += sizeOf(id);
        }
        for (const { id } of change.drop) sizes.delete(id);
        return true;
      },
    };
    return counting;
  }
  const MOST = 67_108_864;
  const accepts = { sendCall: async () => ({ status: "accepted" as const }) };

  test("64 MB in all, whatever 100,000 people offer who never get through", async () => {
    const store = countingStore();
    const calls = createCalls({ push: accepts, online: () => [], emit() {}, store, ringTimeout: 3_600_000 });
    const long = "x".repeat(100_000);
    let most = 0;
    for (let n = 0; n < 100_000; n++) {
      await calls.offer({ userId: n, id: "x" }, offerTo(200_000 + n, n % 50 === 0 ? long : "v=0"));
      most = Math.max(most, store.total);
    }
    // What calls take besides their texts counts, too.
    expect(most).toBeLessThan(MOST - 1_000 * calls.size);
    expect(most).toBeGreaterThan(MOST / 2);
    expect(calls.size).toBeGreaterThan(10_000);
    await calls.close();
  }, 600_000);

  test("64 MB in all, when each offer is long", async () => {
    const store = countingStore();
    const r = rig({ store });
    const sdp = "x".repeat(100_000);
    for (let n = 0; n < 800; n++) {
      await r.calls.offer(phoneOf(1_000 + n, "x"), offerTo(100_000 + n, sdp));
      expect(store.total).toBeLessThan(MOST);
    }
    expect(r.calls.size).toBeLessThan(672);
    expect(r.calls.size).toBeGreaterThan(600);
  });

  test("64 MB in all: text beyond Latin-1 counts twice, as memory has it", async () => {
    const r = rig();
    const sdp = "語".repeat(100_000);
    for (let n = 0; n < 400; n++) await r.calls.offer(phoneOf(1_000 + n, "x"), offerTo(100_000 + n, sdp));
    expect(r.calls.size).toBeLessThan(336);
    expect(r.calls.size).toBeGreaterThan(300);
  });

  test("64 MB in all: what waits for phones of answered calls takes half of it at most, and all of them go on", async () => {
    const store = countingStore();
    const r = rig({ store });
    const long = "x".repeat(130_000);
    for (let n = 0; n < 600; n++) {
      const [caller, callee] = [phoneOf(1_000 + n, "A"), phoneOf(10_000 + n, "B")];
      await r.comes(caller);
      await r.comes(callee);
      await r.calls.offer(caller, offerTo(10_000 + n));
      await r.calls.answer(callee, { to: 1_000 + n, sdp: "yes" });
      await r.goes(callee);
      await r.calls.candidate(caller, { to: 10_000 + n, candidate: long });
      expect(store.total).toBeLessThan(MOST);
    }
    expect(r.calls.size).toBe(600);
    expect(store.total).toBeLessThan(MOST / 2 + 1_000_000);
    expect(r.eventsOf("signal.refused").length).toBeGreaterThan(340);
    expect(r.eventsOf("signal.refused")[0]).toMatchObject({ event: "ice", why: expect.stringMatching(/not kept/) });
    expect(await r.comes(phoneOf(10_000, "B"))).toMatchObject([{ event: "ice" }]);
    expect(await r.comes(phoneOf(10_599, "B"))).toEqual([]);
  });

  test("a push that is under way counts for what it takes", async () => {
    const r = rig();
    for (let n = 0; n < 10_000; n++) await r.calls.offer({ userId: n, id: "x" }, offerTo(200_000 + n));
    expect(r.calls.size).toBeLessThan(8_000);
    expect(r.calls.size).toBeGreaterThan(5_000);
  });

  test("offers to users who never come leave nothing behind, and one timer is enough for all of them", async () => {
    const r = rig({ maxCalls: 1_000 });
    for (let n = 0; n < 10_000; n++) await r.calls.offer({ userId: n, id: "x" }, offerTo(200_000 + n));
    expect(r.calls.size).toBe(1_000);
    expect(r.clock.pending).toHaveLength(1);
    await r.advance(30_000);
    expect(r.calls.size).toBe(0);
    await r.advance(30_000);
    expect(r.clock.pending).toEqual([]);
  });
});

describe("a step", () => {
  test("reads the texts of the calls that it sends or repeats, and of no others", async () => {
    const stored = memoryCallStore();
    const read: string[] = [];
    const store: CallStore = {
      ...stored,
      async texts(call) {
        read.push(call.users.join(" "));
        return stored.texts(call);
      },
    };
    const r = rig({ store });
    for (let to = 100; to < 140; to++) await r.calls.offer(caller, offerTo(to, "x".repeat(to)));
    await r.calls.candidate(caller, { to: 100, candidate: "a" });
    await r.calls.end(caller, { to: 101 });
    expect(read).toEqual([]);
    await r.calls.offer(caller, offerTo(102, "x".repeat(102)));
    expect(read.splice(0)).toEqual(["11 102"]);
    const callee = phoneOf(100, "callee");
    expect(briefly(await r.comes(callee), { callee })).toEqual([`callee offer ${"x".repeat(100)}`, "callee ice a"]);
    expect(read.splice(0)).toEqual(["11 100"]);
  });

  test("writes the texts that are new, and leaves those that are there", async () => {
    const stored = memoryCallStore();
    const written: [string, number[], readonly number[]][] = [];
    const store: CallStore = {
      ...stored,
      write(change) {
        for (const { users, texts = new Map(), forget = [] } of change.put)
          if (texts.size + forget.length > 0) written.push([users.join(" "), [...texts.keys()], forget]);
        return stored.write(change);
      },
    };
    const r = rig({ store });
    await r.calls.offer(caller, offerTo(10));
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    await r.calls.offer(caller, offerTo(10, "another"));
    await r.calls.end(caller, { to: 10 });
    expect(written).toEqual([
      ["11 10", [0], []],
      ["11 10", [1], []],
      ["11 10", [2], [0, 1]],
      ["11 10", [], [2]],
    ]);
  });
});

describe("while something fails around a call,", () => {
  const broken: CallStore = {
    read: () => Promise.reject(new Error("READONLY")),
    texts: () => Promise.reject(new Error("READONLY")),
    write: () => Promise.reject(new Error("READONLY")),
    due: () => Promise.reject(new Error("READONLY")),
  };
  const silent: CallStore = {
    read: () => new Promise(() => {}),
    texts: () => new Promise(() => {}),
    write: () => new Promise(() => {}),
    due: () => new Promise(() => {}),
  };

  test("a store that fails stops no ring: the call goes on from offer to hang-up, and the event tells", async () => {
    const r = rig({ store: broken });
    await r.comes(caller);
    await r.comes(A);
    expect(brief(await r.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0"]);
    expect(r.pushes).toHaveLength(1);
    expect(r.eventsOf("signal.store-failed")).not.toEqual([]);
    expect(r.eventsOf("signal.store-failed")[0]).toMatchObject({ operation: "read", error: new Error("READONLY") });
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "a" }))).toEqual(["A ice a"]);
    expect(brief(await r.calls.answer(A, { to: 11, sdp: "yes" }))).toEqual(["caller answer yes"]);
    expect(brief(await r.calls.end(A, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
  });

  test("a store that does not answer within 2 s stops no ring", async () => {
    const r = rig({ store: silent });
    r.here.add(caller).add(A);
    const offered = r.calls.offer(caller, offerTo(10));
    await rest();
    await r.advance(2_000);
    expect(brief(await offered)).toEqual(["A offer v=0"]);
    expect(r.pushes).toHaveLength(1);
    expect(r.eventsOf("signal.store-failed")).toMatchObject([{ operation: "read" }]);
  });

  test("a store that fails between the offer and the phones stops no ring", async () => {
    const store = memoryCallStore();
    let works = true;
    const failing: CallStore = {
      ...store,
      read: async users => (works ? store.read(users) : broken.read(users)),
      async write(change) {
        const written = await store.write(change);
        works = false;
        return written;
      },
    };
    const r = rig({ store: failing });
    r.here.add(caller).add(A);
    expect(brief(await r.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0"]);
    expect(r.pushes).toHaveLength(1);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended cancelled"]);
  });

  test("what belongs to a call that only the failing store knows goes to the user's connected phones", async () => {
    const r = rig({ store: broken });
    r.here.add(caller).add(A);
    expect(brief(await r.calls.answer(A, { to: 11, sdp: "yes" }))).toEqual(["caller answer yes"]);
    expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "a" }))).toEqual(["A ice a"]);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended hang-up"]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no adapter");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no adapter"))],
    ["gives nothing", () => undefined],
  ])(
    "an online that %s counts as nobody connected for an offer; for all else a phone counts as connected until gone",
    async (_, online) => {
      const r = rig({ online: online as unknown as CallsOptions["online"] });
      expect(await r.calls.offer(caller, offerTo(10))).toEqual([]);
      expect(r.pushes.map(({ exceptDeviceIds }) => exceptDeviceIds)).toEqual([undefined]);
      expect(brief(await r.calls.register(A))).toEqual(["A offer v=0"]);
      expect(brief(await r.calls.candidate(caller, { to: 10, candidate: "a" }))).toEqual(["A ice a"]);
      expect(brief(await r.calls.answer(A, { to: 11, sdp: "yes" }))).toEqual(["caller answer yes"]);
      await r.calls.gone(A);
      expect(await r.calls.end(caller, { to: 10 })).toEqual([]);
      expect(brief(await r.calls.register(A))).toEqual(["A call-ended hang-up"]);
      expect(r.eventsOf("signal.online-failed")).not.toEqual([]);
    },
  );

  test("an online that takes over a second counts as nobody connected", async () => {
    const r = rig({ online: () => new Promise(() => {}) });
    const offered = r.calls.offer(caller, offerTo(10));
    await rest();
    await r.advance(1_000);
    expect(await offered).toEqual([]);
    expect(r.pushes).toHaveLength(1);
  });

  test("candidates take an answer of online that is under a second old, until a phone comes or goes", async () => {
    let asked = 0;
    const here = new Set([caller, A]);
    const r = rig({
      online: userId => {
        asked++;
        return [...here].filter(phone => phone.userId === userId);
      },
    });
    await r.calls.offer(caller, offerTo(10));
    const before = asked;
    for (let n = 0; n < 10; n++) await r.calls.candidate(caller, { to: 10, candidate: n });
    expect(asked).toBe(before);
    here.delete(A);
    await r.calls.gone(A);
    const after = asked;
    expect(await r.calls.candidate(caller, { to: 10, candidate: "x" })).toEqual([]);
    await r.advance(1_000);
    await r.calls.candidate(caller, { to: 10, candidate: "y" });
    expect(asked).toBe(after + 1);
  });

  test("what emit, onMissed and a listener throw changes nothing", async () => {
    const fails = () => {
      throw new Error("broken");
    };
    const r = rig({ emit: fails, onMissed: () => Promise.reject(new Error("broken")), onEvent: fails });
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.pushes[0]?.settle("accepted");
    await r.advance(30_000);
    expect(r.calls.size).toBe(0);
  });
});

describe("close", () => {
  test("ends timers and pushes; afterwards nothing is done any more", async () => {
    const r = rig();
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.close();
    await r.calls.close();
    expect(r.pushes[0]?.signal.aborted).toBe(true);
    expect(r.clock.pending).toEqual([]);
    expect(r.calls.size).toBe(0);
    expect(await r.calls.offer(caller, offerTo(12))).toEqual([]);
    expect(await r.comes(A)).toEqual([]);
    expect(r.pushes).toHaveLength(1);
  });
});

describe("options", () => {
  const right: CallsOptions = {
    push: { sendCall: async () => ({ status: "accepted" }) },
    online: () => [],
    emit: () => {},
  };

  test.each([
    [{ push: undefined }, /^createCalls: push: missing; wanted: a PushApiClient or a PushService/],
    [{ online: [] }, /online: an array given; wanted: a function/],
    [{ emit: null }, /emit: null given; wanted: a function/],
    [{ store: {} }, /store: an object given; wanted: a call store/],
    [{ ringTimeout: 0 }, /ringTimeout: 0 given; wanted: milliseconds/],
    [{ quietAfter: "8" }, /quietAfter: "8" given; wanted: milliseconds/],
    [{ maxCalls: 1.5 }, /maxCalls: 1.5 given; wanted: a whole number/],
    [{ onMissed: 5 }, /onMissed: 5 given; wanted: a function/],
    [{ ringtimeout: 5 }, /ringtimeout/],
  ])("%j are refused by name", (given, message) => {
    expect(() => createCalls({ ...right, ...given } as CallsOptions)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
  });

  test("that are undefined count as absent", () => {
    expect(() =>
      createCalls({ ...right, store: undefined, ringTimeout: undefined, other: undefined } as CallsOptions),
    ).not.toThrow();
    expect(() => createCalls(undefined as unknown as CallsOptions)).toThrow(/push: missing/);
  });
});

describe("a phone that was told when nobody could say who is connected", () => {
  const unknown = { online: () => Promise.reject(new Error("no adapter")) };

  test("is told again on a new connection, because the old one may have been lost with its server", async () => {
    const r = rig(unknown);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.register(A);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended cancelled"]);
    expect(await r.calls.register(A)).toEqual([]);
    const again = phoneOf(10, "A");
    expect(briefly(await r.calls.register(again), { again })).toEqual(["again call-ended cancelled"]);
    expect(await r.calls.register(phoneOf(10, "A"))).toEqual([]);
  });

  test("is not told again when the old one was there until it was lost", async () => {
    const r = rig(unknown);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.register(A);
    await r.calls.answer(A, { to: 11, sdp: "yes" });
    await r.calls.candidate(caller, { to: 10, candidate: "a" });
    await r.calls.gone(A);
    await r.calls.gone(caller);
    expect(await r.calls.register(phoneOf(10, "A"))).toEqual([]);
    expect(await r.calls.register(phoneOf(11, "caller"))).toEqual([]);
  });
});
