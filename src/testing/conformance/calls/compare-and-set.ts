import assert from "node:assert/strict";
import type { CallStore } from "../../../signal/calls/store.js";
import { call, callCase, callsOf, idsOf, NOW, written } from "./case.js";

const BOTH = ["10", "11"] as const;
const TIMES = Array.from({ length: 10 }, (_, n) => n);

export const compareAndSetCases = [
  callCase("compare and set: of two steps on the same state the second must run again", async store => {
    const { marks } = await store.read(BOTH);
    assert.equal(await store.write({ users: BOTH, marks, put: [call("a")], drop: [], now: NOW }), true);
    assert.equal(await store.write({ users: BOTH, marks, put: [call("b")], drop: [], now: NOW }), false);
    assert.deepEqual(await idsOf(store, ...BOTH), ["a"]);
  }),

  callCase("compare and set: what is refused changes nothing at all", async store => {
    await written(store, BOTH, { put: [call("a"), call("due", { dueAt: NOW + 5_000 })] });
    const { marks } = await store.read(BOTH);
    await written(store, BOTH, { put: [call("b")] });
    const put = [call("c"), call("d", { users: ["12", "11"] }), call("due", { dueAt: NOW })];
    assert.equal(await store.write({ users: BOTH, marks, put, drop: [call("a")], now: NOW }), false);
    assert.deepEqual(await idsOf(store, ...BOTH, "12"), ["a", "b", "due"]);
    assert.deepEqual(await store.due(NOW, NOW + 9, 9), [], "nothing may have become due either");
  }),

  callCase("compare and set: each of the users counts", async store => {
    for (const user of ["11", "10"]) {
      const { marks } = await store.read(BOTH);
      await written(store, [user], { put: [call(`of ${user}`, { users: [user, "12"] })] });
      assert.equal(await store.write({ users: BOTH, marks, put: [call("a")], drop: [], now: NOW }), false);
    }
  }),

  callCase(
    "compare and set: a change counts for both users of the call, also for the one who was not read",
    async store => {
      await written(store, BOTH, { put: [call("a")] });
      const { marks } = await store.read(["11"]);
      await written(store, ["10"], { put: [call("a", { value: "changed" })] });
      assert.equal(await store.write({ users: ["11"], marks, put: [call("a")], drop: [], now: NOW }), false);
    },
  ),

  callCase("compare and set: a call that is dropped counts for both users, too", async store => {
    await written(store, BOTH, { put: [call("a"), call("b")] });
    const { marks } = await store.read(["11"]);
    await written(store, ["10"], { drop: [call("a")] });
    assert.equal(await store.write({ users: ["11"], marks, put: [call("a")], drop: [], now: NOW }), false);
  }),

  callCase("compare and set: what happens to others does not count", async store => {
    const { marks } = await store.read(BOTH);
    await written(store, ["12", "13"], { put: [call("b", { users: ["12", "13"] })] });
    assert.equal(await store.write({ users: BOTH, marks, put: [call("a")], drop: [], now: NOW }), true);
  }),

  callCase("compare and set: the user who was not read may have changed meanwhile", async store => {
    await written(store, BOTH, { put: [call("a")] });
    const { marks } = await store.read(["11"]);
    await written(store, ["10"], { put: [call("b", { users: ["10", "12"] })] });
    assert.equal(
      await store.write({ users: ["11"], marks, put: [call("a", { value: "2" })], drop: [], now: NOW }),
      true,
    );
    assert.deepEqual(await idsOf(store, "10"), ["a", "b"]);
  }),

  callCase("compare and set: a state that is like an earlier one is still another", async store => {
    await written(store, BOTH, { put: [call("a")] });
    const { marks } = await store.read(BOTH);
    await written(store, BOTH, { drop: [call("a")] });
    await written(store, BOTH, { put: [call("b")] });
    assert.equal(await store.write({ users: BOTH, marks, put: [call("c")], drop: [], now: NOW }), false);
  }),

  callCase("at once: of many steps on the same state one is done", async store => {
    const { marks } = await store.read(BOTH);
    const done = await Promise.all(
      TIMES.map(n => store.write({ users: BOTH, marks, put: [call(`c${n}`)], drop: [], now: NOW })),
    );
    assert.equal(done.filter(Boolean).length, 1);
    assert.deepEqual(await idsOf(store, ...BOTH), [`c${done.indexOf(true)}`]);
  }),

  callCase("at once: nothing is lost when everybody runs his step again", async store => {
    await written(store, BOTH, { put: [call("a", { value: "0" })] });
    await Promise.all(TIMES.map(n => addOne(store, n % 2 === 0 ? ["10"] : ["11"])));
    assert.equal((await callsOf(store, "10"))[0]?.value, String(TIMES.length));
  }),
];

async function addOne(store: CallStore, users: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    const { calls, marks } = await store.read(users);
    const put = [call("a", { value: String(Number(calls[0]?.value) + 1) })];
    if (await store.write({ users, marks, put, drop: [], now: NOW })) return;
  }
  assert.fail("a step must be done some time");
}
