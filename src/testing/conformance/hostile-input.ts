import assert from "node:assert/strict";
import { device, listed, storeCase, token } from "./case.js";

const long = "u".repeat(250);

/** Different user ids that databases and languages are known to take for the same. */
const USER_IDS = [
  ...["10", "010", "+10", "10.0", "1e1", " 10", "10 ", "０", "-1", "0x0A", "1_0"],
  ...["User", "user", "USER", "straße", "strasse", "é", "e\u0301", "ﬁ", "fi"],
  ...["a:b", "a", "b", "a:", ":a", "a|b", "a/b", "{a}", "a}", "[a-z]", "*", "?", "%", "_", "\\", "a\\", "a,b"],
  ...[
    "'",
    "''",
    '"',
    "`",
    "$1",
    "$$",
    "'; DROP TABLE devices; --",
    "' OR '1'='1",
    "\n",
    "a\tb",
    "\u202Eabc",
    "👩‍👩‍👧",
    "👩",
  ],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined", "NaN", "true", "[object Object]"],
  ...["550e8400-e29b-41d4-a716-446655440000", "auth0|5f7c8ec7c33c6c004bbafe82", "9007199254740993", "9007199254740992"],
  ...[`${long}1`, `${long}2`],
];

/** Texts that Unicode or some databases cannot hold, each with the texts that it must not be cut or repaired to. */
const IMPOSSIBLE: readonly (readonly [given: string, repaired: readonly string[]])[] = [
  ["10\0", ["10", "10 ", "10\uFFFD"]],
  ["\0", ["", " "]],
  ["10\uD800", ["10", "10\uFFFD", "10?"]],
];

const TOKENS_OF_NOBODY = [
  ...["", " ", "*", "%", "_", "?", "' OR '1'='1", "'; DROP TABLE devices; --", "__proto__", "constructor", "💥"],
  ...["\0", `${token(1)}\0`, "\uD800", token(1).slice(0, -1), `${token(1)}0`, "0".repeat(100_000)],
];

export const hostileInputCases = [
  storeCase("hostile input: every user id has its own devices, however odd it looks", ["anyUserId"], async store => {
    for (const [n, userId] of USER_IDS.entries()) await store.save(device(n, { userId }));
    for (const [n, userId] of USER_IDS.entries()) {
      const found = await store.list(userId, "voip");
      assert.deepEqual(
        found.map(({ userId, token }) => [userId, token]),
        [[userId, token(n)]],
        `user ${JSON.stringify(userId)} must have the device that was saved for it, and no other`,
      );
    }
  }),

  storeCase(
    "hostile input: a user id that cannot be stored is refused, or kept whole, but never repaired",
    [],
    async store => {
      for (const [userId, repairs] of IMPOSSIBLE) {
        const kept = await store.save(device(1, { userId })).then(
          () => true,
          (error: unknown) => assert.ok(error instanceof Error, "save must reject with an Error"),
        );
        assert.deepEqual(await listed(store, userId), kept ? [token(1)] : [], "list must not reject");
        for (const other of repairs) {
          assert.deepEqual(await listed(store, other), [], `${JSON.stringify(userId)} must not become another user id`);
        }
        assert.equal(await store.remove(token(1), { userId }), kept === true);
      }
    },
  ),

  storeCase("hostile input: a user id that cannot exist has no devices, and removes none", [], async store => {
    await store.save(device(1));
    for (const [userId] of IMPOSSIBLE) {
      assert.deepEqual(await listed(store, userId), []);
      assert.equal(await store.remove(token(1), { userId }), false);
    }
    for (const userId of ["' OR '1'='1", "%", "*", "", "010", "10.0", "__proto__", "1".repeat(100_000)]) {
      assert.deepEqual(await listed(store, userId), []);
      assert.equal(await store.remove(token(1), { userId }), false);
    }
    assert.deepEqual(await listed(store), [token(1)]);
  }),

  storeCase(
    "hostile input: a token that nobody has is looked for, found nowhere, and harms nothing",
    [],
    async store => {
      await store.save(device(1));
      for (const nobodys of TOKENS_OF_NOBODY) {
        assert.equal(await store.remove(nobodys), false, `remove(${JSON.stringify(nobodys.slice(0, 40))})`);
        await store.setEnvironment(nobodys, "sandbox");
      }
      const found = await store.list("10", "voip");
      assert.deepEqual(
        found.map(({ token, environment }) => [token, environment]),
        [[token(1), undefined]],
      );
    },
  ),

  storeCase("hostile input: a token of 400 digits is kept whole", [], async store => {
    const [one, two] = [`${"ab".repeat(199)}01`, `${"ab".repeat(199)}02`];
    await store.save(device(1, { userId: "10", token: one }));
    await store.save(device(2, { userId: "11", token: two }));
    assert.deepEqual(await listed(store, "10"), [one]);
    assert.deepEqual(await listed(store, "11"), [two]);
    assert.equal(await store.remove(one), true);
    assert.deepEqual(await listed(store, "11"), [two]);
  }),

  storeCase(
    "hostile input: bundle ids and device ids come back to the letter",
    ["bundleId", "deviceId", "manyDevices"],
    async store => {
      const odd = ["'; DROP TABLE devices; --", '{"a":1}', "👩‍👩‍👧", " a ", "__proto__", "null", "\\x00", "%s$1", long];
      for (const [n, text] of odd.entries()) await store.save(device(n, { bundleId: text, deviceId: text }));
      const found = await store.list("10", "voip");
      for (const [n, text] of odd.entries()) {
        const { bundleId, deviceId } = found.find(device => device.token === token(n)) ?? {};
        assert.deepEqual([bundleId, deviceId], [text, text]);
      }
    },
  ),

  storeCase(
    "hostile input: ids of different fields do not run together",
    ["deviceId", "bundleId", "manyDevices", "anyUserId"],
    async store => {
      await store.save(device(1, { userId: "a", bundleId: "b", deviceId: "c:d" }));
      await store.save(device(2, { userId: "a", bundleId: "b:c", deviceId: "d" }));
      await store.save(device(3, { userId: "a:b", bundleId: "c", deviceId: "d" }));
      assert.equal((await listed(store, "a")).length, 2);
      assert.deepEqual(await listed(store, "a:b"), [token(3)]);
    },
  ),
];
