import { beforeEach, describe, expect, test } from "vitest";
import { brief as briefly, offerTo, phoneOf, type Rig, rig } from "./rig.js";

// The phone says its device id after it has connected: first without, then with it, on one connection.
const caller = phoneOf(11, "caller");
const A = phoneOf(10, "A");
const B = phoneOf(10, "B");
const unsaid = ({ userId, id }: typeof A) => ({ userId, id });
const brief = (signals: Parameters<typeof briefly>[0]) => briefly(signals, { caller, A, B });
const answer = { to: 11, sdp: "answer" };

let r: Rig;
beforeEach(() => {
  r = rig();
});

describe("a phone whose device id becomes known on the same connection", () => {
  test("gets the offer once, and may answer", async () => {
    await r.comes(caller);
    await r.comes(unsaid(A));
    expect(brief(await r.calls.offer(caller, offerTo(10)))).toEqual(["A offer v=0"]);
    expect(await r.comes(A)).toEqual([]);
    expect(brief(await r.calls.answer(A, answer))).toEqual(["caller answer answer"]);
    expect(await r.comes(A)).toEqual([]);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended hang-up"]);
  });

  test("keeps the candidates that it sent before", async () => {
    await r.comes(caller);
    await r.comes(unsaid(A));
    await r.calls.offer(caller, offerTo(10));
    await r.calls.candidate(unsaid(A), { to: 11, candidate: "early" });
    await r.comes(A);
    expect(brief(await r.calls.answer(A, answer))).toEqual(["caller answer answer", "caller ice early"]);
  });

  test("is pushed when its connection is lost, and it was the last", async () => {
    await r.comes(caller);
    await r.comes(unsaid(A));
    await r.calls.offer(caller, offerTo(10));
    expect(r.pushes).toEqual([]);
    r.here.clear();
    await r.goes(A);
    expect(r.pushes).toHaveLength(1);
  });

  test("can hang up a call that it made before", async () => {
    await r.comes(A);
    await r.calls.offer(unsaid(caller), offerTo(10));
    await r.comes(caller);
    expect(brief(await r.calls.answer(A, answer))).toEqual(["caller answer answer"]);
    expect(brief(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended hang-up"]);
    expect(r.calls.size).toBe(0);
  });

  test("and that does not say it again is still the same phone", async () => {
    await r.comes(caller);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.end(unsaid(caller), { to: 10 });
    expect(r.calls.size).toBe(0);
  });

  test("keeps its call under another device id, which is told as the same phone's", async () => {
    await r.comes(caller);
    await r.comes(A);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(A, answer);
    const renamed = { ...A, deviceId: "another" };
    expect(await r.comes(renamed)).toEqual([]);
    expect(brief(await r.calls.end(renamed, { to: 11 }))).toEqual(["caller call-ended hang-up"]);
  });
});

describe("a phone with a device id that is connected twice", () => {
  const second = { ...A, id: "second" };
  const briefly2 = (signals: Parameters<typeof briefly>[0]) => briefly(signals, { caller, A, second });

  test("gets what is due to it on the connection that is left", async () => {
    for (const phone of [caller, A, second]) await r.comes(phone);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(second, answer);
    await r.goes(second);
    expect(briefly2(await r.calls.offer(caller, offerTo(10, "restart")))).toEqual(["A offer restart"]);
    expect(briefly2(await r.calls.candidate(caller, { to: 10, candidate: "k" }))).toEqual(["A ice k"]);
    expect(briefly2(await r.calls.end(caller, { to: 10 }))).toEqual(["A call-ended hang-up"]);
    expect(await r.comes(A)).toEqual([]);
  });

  test("and loses both connections gets it when it is back", async () => {
    for (const phone of [caller, A, second]) await r.comes(phone);
    await r.calls.offer(caller, offerTo(10));
    await r.calls.answer(second, answer);
    for (const phone of [second, A]) await r.goes(phone);
    expect(await r.calls.offer(caller, offerTo(10, "restart"))).toEqual([]);
    expect(briefly2(await r.comes(A))).toEqual(["A offer restart"]);
  });
});
