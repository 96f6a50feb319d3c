import assert from "node:assert/strict";
import { call, callCase, callsOf, idsOf, NOW, written } from "./case.js";

const BOTH = ["10", "11"] as const;

/** User ids that a careless store takes for another user's, or for syntax. */
const ODD_IDS = [
  "007",
  "7",
  "u_9f",
  "U_9F",
  "a:b",
  "a",
  "{x}",
  "mark",
  "__proto__",
  "constructor",
  "\u00e9",
  "e\u0301",
  "😀",
  " 10",
  "x".repeat(512),
  `${"x".repeat(511)}y`,
];

export const stateCases = [
  callCase("state: a user of whom nothing is known has no calls", async store => {
    assert.deepEqual(await callsOf(store, "10"), []);
    assert.deepEqual(await callsOf(store, "10", "11", "12"), []);
  }),

  callCase("state: a call is part of the state of both its users, as it was written", async store => {
    await written(store, BOTH, { put: [call("a")] });
    for (const user of BOTH) assert.deepEqual(await callsOf(store, user), [call("a")]);
    assert.deepEqual(await callsOf(store, "12"), []);
  }),

  callCase("state: a call is given once when both its users are read", async store => {
    await written(store, BOTH, { put: [call("a"), call("b", { users: ["10", "12"] })] });
    assert.deepEqual(await idsOf(store, "10", "11"), ["a", "b"]);
    assert.deepEqual(await idsOf(store, "11"), ["a"]);
    assert.deepEqual(await idsOf(store, "12"), ["b"]);
  }),

  callCase("state: a call that is written again replaces what it was, for both users", async store => {
    await written(store, BOTH, { put: [call("a")] });
    const later = call("a", { value: '{"state":"answered"}', dueAt: NOW + 9, expiresAt: NOW + 86_400_000 });
    await written(store, ["10"], { put: [later] });
    for (const user of BOTH) assert.deepEqual(await callsOf(store, user), [later]);
  }),

  callCase("state: a call that is dropped is gone for both users, and the others stay", async store => {
    await written(store, BOTH, { put: [call("a"), call("b")] });
    await written(store, ["11"], { drop: [call("a")] });
    for (const user of BOTH) assert.deepEqual(await idsOf(store, user), ["b"]);
    await written(store, ["11"], { drop: [call("b"), call("never there")] });
    for (const user of BOTH) assert.deepEqual(await idsOf(store, user), []);
  }),

  callCase("state: what a step puts and drops happens together", async store => {
    await written(store, BOTH, { put: [call("a")] });
    await written(store, BOTH, { put: [call("b")], drop: [call("a")] });
    for (const user of BOTH) assert.deepEqual(await idsOf(store, user), ["b"]);
  }),

  callCase("state: values come back to the letter, long ones, too", async store => {
    const values = ["", "null", JSON.stringify({ a: '"\\\n\0', b: "\ud83d\ude00", c: "\ud800" }), "x".repeat(131_072)];
    await written(store, BOTH, { put: values.map((value, n) => call(`c${n}`, { value })) });
    const found = await callsOf(store, "10");
    assert.ok(
      values.every((value, n) => found[n]?.value === value),
      "a value must be the text that was written",
    );
  }),

  callCase("state: each user id is another user", async store => {
    for (const [n, user] of ODD_IDS.entries())
      await written(store, [user], { put: [call(`c${n}`, { users: [user, "10"] })] });
    for (const [n, user] of ODD_IDS.entries())
      assert.deepEqual(await idsOf(store, user), [`c${n}`], `user ${JSON.stringify(user.slice(0, 20))}`);
    assert.equal((await callsOf(store, "10")).length, ODD_IDS.length);
  }),

  callCase("state: a user has many calls", async store => {
    const many = Array.from({ length: 60 }, (_, n) => call(`c${100 + n}`, { users: ["11", String(1_000 + n)] }));
    for (const one of many) await written(store, ["11"], { put: [one] });
    assert.deepEqual(await callsOf(store, "11"), many);
    assert.deepEqual(await callsOf(store, "1059"), [many[59]]);
  }),
];
