import type { Phone } from "apns-voip/signal";
import { beforeEach, expect, test } from "vitest";
import { brief as briefly, offerTo, phoneOf, type Rig, rig } from "./rig.js";

/*
 * A server of several is killed while it is asked who is connected: nobody can say, all phones are pushed, and those that are
 * connected will not register again.
 */

const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");
const brief = (signals: Parameters<typeof briefly>[0]) => briefly(signals, { caller, A, B });

let r: Rig;
let isKnown: boolean;
beforeEach(async () => {
  const here = new Set<Phone>();
  isKnown = true;
  const online = (userId: unknown) => {
    if (!isKnown) throw new Error("only 1 response received out of 2");
    return [...here].filter(phone => phone.userId === userId);
  };
  r = rig({ online }, { here });
  await r.comes(caller);
  await r.comes(A);
  isKnown = false;
  expect(await r.calls.offer(caller, offerTo(10))).toEqual([]);
  expect(r.pushes).toHaveLength(1);
  expect(r.pushes[0]?.exceptDeviceIds).toBeUndefined();
  await r.pushes[0]?.settle("accepted");
});

test("a phone that is connected gets the offer as soon as that is known, once, and the end on the same connection", async () => {
  await r.advance(1_000);
  expect(r.emitted).toEqual([]);
  isKnown = true;
  await r.advance(1_000);
  expect(brief(r.emitted)).toEqual(["A offer v=0"]);
  await r.advance(4_000);
  expect(r.emitted).toHaveLength(1);

  expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended cancelled"]);
  await r.advance(1_000);
  expect(r.emitted).toHaveLength(1);
});

test("when the call has ended by then, it is told so at once, and nobody twice", async () => {
  expect(brief(await r.comes(B))).toEqual(["B offer v=0"]);
  isKnown = true;
  expect(brief(await r.calls.answer(B, { to: 11, sdp: "yes" }))).toEqual(["caller answer yes"]);
  await r.advance(0);
  expect(brief(r.emitted)).toEqual(["A call-ended answered-elsewhere"]);
  expect(r.eventsOf("signal.phone-woken").map(({ phone }) => phone)).toEqual([B.id]);
  await r.advance(10_000);
  await r.calls.end(B, { to: 11 });
  expect(r.emitted).toHaveLength(1);
  expect(await r.comes({ ...A, id: "A again" })).toEqual([]);
});

test("its user is not pushed again when it is gone: it has been already", async () => {
  isKnown = true;
  await r.advance(1_000);
  await r.goes(A);
  expect(r.pushes).toHaveLength(1);
});

test("while nobody can say, that is asked more and more seldom, and no more when the call is forgotten", async () => {
  const times = () => r.eventsOf("signal.online-failed").length;
  for (let second = 0; second < 25; second++) await r.advance(1_000);
  expect(times()).toBeLessThan(20);
  for (let second = 0; second < 100; second++) await r.advance(1_000);
  expect(r.calls.size).toBe(0);
  const asked = times();
  for (let second = 0; second < 100; second++) await r.advance(1_000);
  expect(times()).toBe(asked);
});
