import assert from "node:assert/strict";
import type { CallName, CallStore } from "../../../signal/calls/store.js";
import { call, callCase, NOW, written } from "./case.js";

const BOTH = ["10", "11"] as const;

async function due(store: CallStore, at: number, again = at + 1_400, most = 100): Promise<readonly string[]> {
  return (await store.due(at, again, most)).map(({ id }) => id);
}

export const dueCases = [
  callCase("due: nothing is where there are no calls", async store => {
    assert.deepEqual(await due(store, NOW), []);
  }),

  callCase("due: a call is from its time on, not before, and names its users", async store => {
    await written(store, BOTH, { put: [call("a", { dueAt: NOW + 100 })] });
    assert.deepEqual(await due(store, NOW + 99), []);
    const name: CallName = { id: "a", users: ["11", "10"] };
    assert.deepEqual(await store.due(NOW + 100, NOW + 1_500, 9), [name]);
  }),

  callCase("due: the earliest comes first, and no more than was asked for", async store => {
    const times = [300, 100, 400, 200];
    await written(store, BOTH, { put: times.map(ms => call(`at ${ms}`, { dueAt: NOW + ms })) });
    assert.deepEqual(await due(store, NOW + 1_000, NOW + 9_000, 3), ["at 100", "at 200", "at 300"]);
    assert.deepEqual(await due(store, NOW + 1_000, NOW + 9_000, 3), ["at 400"]);
  }),

  callCase("due: what was handed out is due again later, and to nobody before", async store => {
    await written(store, BOTH, { put: [call("a", { dueAt: NOW })] });
    assert.deepEqual(await due(store, NOW, NOW + 500), ["a"]);
    assert.deepEqual(await due(store, NOW + 499, NOW + 999), []);
    assert.deepEqual(await due(store, NOW + 500, NOW + 1_000), ["a"]);
  }),

  callCase("due: a call that is written has the time that it was written with", async store => {
    await written(store, BOTH, { put: [call("a", { dueAt: NOW })] });
    await written(store, BOTH, { put: [call("a", { dueAt: NOW + 5_000 })] });
    assert.deepEqual(await due(store, NOW + 4_999), []);
    assert.deepEqual(await due(store, NOW + 5_000, NOW + 50_000), ["a"]);
    await written(store, BOTH, { put: [call("a", { dueAt: NOW + 6_000 })] });
    assert.deepEqual(await due(store, NOW + 6_000), ["a"]);
  }),

  callCase("due: a call that is dropped is never", async store => {
    await written(store, BOTH, { put: [call("a", { dueAt: NOW }), call("b", { dueAt: NOW })] });
    await written(store, ["10"], { drop: [call("a")] });
    assert.deepEqual(await due(store, NOW + 9_000), ["b"]);
  }),

  callCase("due: handing out changes no state", async store => {
    await written(store, BOTH, { put: [call("a", { dueAt: NOW })] });
    const { marks } = await store.read(BOTH);
    await due(store, NOW);
    assert.equal(await store.write({ users: BOTH, marks, put: [call("a", { value: "2" })], drop: [], now: NOW }), true);
  }),

  callCase("at once: what is due is handed to one of many who ask", async store => {
    const ids = Array.from({ length: 20 }, (_, n) => `c${10 + n}`);
    await written(store, BOTH, { put: ids.map(id => call(id, { dueAt: NOW })) });
    const handed = await Promise.all(Array.from({ length: 8 }, () => due(store, NOW, NOW + 1_400, 7)));
    assert.deepEqual(handed.flat().sort(), ids);
  }),
];
