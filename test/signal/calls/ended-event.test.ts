import { memoryCallStore } from "apns-voip/signal";
import { expect, test } from "vitest";
import { manualClock } from "../manual-clock.js";
import { offerTo, phoneOf, type Rig, rest, rig } from "./rig.js";
import { server } from "./servers.js";

const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");

const ENDS: readonly [how: string, why: string, answered: boolean, end: (r: Rig) => Promise<unknown>][] = [
  ["the caller gives up", "cancelled", false, r => r.calls.end(caller, { to: 10 })],
  ["a phone declines", "declined", false, r => r.calls.end(A, { to: 11 })],
  ["nobody answers", "no-answer", false, r => r.advance(30_000)],
  [
    "nobody can be rung",
    "no-devices",
    false,
    async r => {
      await r.goes(A);
      await r.goes(B);
      for (const push of r.pushes) await push.settle("no-devices");
    },
  ],
  [
    "one of the two hangs up",
    "hang-up",
    true,
    async r => {
      await r.calls.answer(A, { to: 11, sdp: "yes" });
      await r.advance(60_000);
      await r.calls.end(caller, { to: 10 });
    },
  ],
  ["there is no room for it", "failed", false, r => r.calls.offer(phoneOf(12, "x"), offerTo(13))],
];

test.each(ENDS)(
  "an event tells once how a call ended, and whether it was answered: %s",
  async (_, why, answered, end) => {
    const r = rig({ maxCalls: 1 });
    for (const phone of [caller, A, B]) await r.comes(phone);
    await r.calls.offer(caller, { ...offerTo(10), callId: "c1" });
    await r.advance(1_000);
    expect(r.eventsOf("signal.call-ended")).toEqual([]);
    await end(r);
    // What phones say after the end changes nothing.
    await r.calls.answer(B, { to: 11, sdp: "late" });
    await r.calls.end(B, { to: 11 });
    await r.calls.end(caller, { to: 10 });
    expect(r.eventsOf("signal.call-ended").filter(({ fromUserId }) => fromUserId === "11")).toEqual([
      {
        ...{ type: "signal.call-ended", fromUserId: "11", toUserId: "10", callId: "c1", why, answered },
        milliseconds: answered ? 61_000 : why === "no-answer" ? 31_000 : 1_000,
      },
    ]);
  },
);

test("of two who rang each other, one call is answered, and the other one is told of, too", async () => {
  const r = rig();
  await r.comes(caller);
  await r.comes(A);
  await r.calls.offer(caller, offerTo(10));
  await r.calls.offer(A, offerTo(11));
  await r.calls.answer(A, { to: 11, sdp: "yes" });
  expect(r.eventsOf("signal.call-ended")).toMatchObject([
    { fromUserId: "10", why: "answered-elsewhere", answered: false },
  ]);
  await r.calls.end(A, { to: 11 });
  expect(r.eventsOf("signal.call-ended")).toMatchObject([{}, { fromUserId: "11", why: "hang-up", answered: true }]);
});

test("several servers tell it once", async () => {
  const world = { clock: manualClock({ skipWaits: false }), here: new Set<typeof A>() };
  const store = { ...memoryCallStore(), isShared: true };
  const servers = [server(store, world), server(store, world), server(store, world)];
  await servers[0]?.comes(caller);
  await servers[0]?.calls.offer(caller, offerTo(10));
  for (let second = 0; second < 40; second++) {
    world.clock.advance(1_000);
    await rest();
  }
  const told = servers.flatMap(one => one.eventsOf("signal.call-ended"));
  expect(told).toMatchObject([{ why: "no-answer", answered: false }]);
});
