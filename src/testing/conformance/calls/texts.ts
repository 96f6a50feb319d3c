import assert from "node:assert/strict";
import type { CallStore } from "../../../signal/calls/store.js";
import { call, callCase, callsOf, NOW, written } from "./case.js";

const BOTH = ["10", "11"] as const;

async function texts(store: CallStore, id: string): Promise<readonly (readonly [number, string])[]> {
  return [...(await store.texts(call(id)))].sort(([a], [b]) => a - b);
}

/** The texts of a call, by their names. */
function named(...given: readonly (readonly [number, string])[]) {
  return { texts: new Map(given) };
}

export const textsCases = [
  callCase("texts: there are none beside a call of which nothing is known, or that has none", async store => {
    assert.deepEqual(await texts(store, "a"), []);
    await written(store, BOTH, { put: [call("a")] });
    assert.deepEqual(await texts(store, "a"), []);
  }),

  callCase("texts: each call has its own, and its value stays as it was written", async store => {
    await written(store, BOTH, { put: [{ ...call("a"), ...named([0, "of a"]) }] });
    await written(store, BOTH, { put: [{ ...call("b"), ...named([0, "of b"], [1, "too"]) }] });
    assert.deepEqual(await texts(store, "a"), [[0, "of a"]]);
    assert.deepEqual(await texts(store, "b"), [
      [0, "of b"],
      [1, "too"],
    ]);
    assert.deepEqual(await callsOf(store, "10"), [call("a"), call("b")]);
  }),

  callCase("texts: those that a write does not name stay, and those that it forgets go", async store => {
    await written(store, BOTH, { put: [{ ...call("a"), ...named([0, "one"], [1, "two"]) }] });
    await written(store, ["11"], { put: [call("a", { value: "2" })] });
    await written(store, ["10"], { put: [{ ...call("a", { value: "3" }), ...named([12, "three"]), forget: [0] }] });
    assert.deepEqual(await texts(store, "a"), [
      [1, "two"],
      [12, "three"],
    ]);
    await written(store, BOTH, { put: [{ ...call("a"), forget: [1, 12] }] });
    assert.deepEqual(await texts(store, "a"), []);
    await written(store, BOTH, { put: [{ ...call("a"), ...named([13, "four"]) }] });
    assert.deepEqual(await texts(store, "a"), [[13, "four"]]);
  }),

  callCase("texts: they go with their call, and those of others stay", async store => {
    await written(store, BOTH, { put: ["a", "b"].map(id => ({ ...call(id), ...named([0, id]) })) });
    await written(store, ["10"], { drop: [call("a")] });
    assert.deepEqual(await texts(store, "a"), []);
    assert.deepEqual(await texts(store, "b"), [[0, "b"]]);
  }),

  callCase("texts: a write that is refused changes none", async store => {
    await written(store, BOTH, { put: ["a", "b"].map(id => ({ ...call(id), ...named([0, id]) })) });
    const { marks } = await store.read(BOTH);
    await written(store, BOTH, { put: [call("c")] });
    const put = [{ ...call("a"), ...named([1, "late"]), forget: [0] }];
    assert.equal(await store.write({ users: BOTH, marks, put, drop: [call("b")], now: NOW }), false);
    assert.deepEqual([await texts(store, "a"), await texts(store, "b")], [[[0, "a"]], [[0, "b"]]]);
  }),

  callCase("texts: they come back to the letter, long ones and many, too", async store => {
    const odd = ["", "null", JSON.stringify({ a: '"\\\n\0', b: "\ud83d\ude00", c: "\ud800" }), "x".repeat(131_072)];
    const all = [...odd, ...Array.from({ length: 400 }, (_, n) => `candidate ${n}`)].map(
      (text, n) => [n, text] as const,
    );
    await written(store, BOTH, { put: [{ ...call("a"), ...named(...all) }] });
    assert.deepEqual(await texts(store, "a"), all);
  }),
];
