import assert from "node:assert/strict";
import { at, device, listed, only, storeCase, token } from "./case.js";

const TIMES = Array.from({ length: 10 }, (_, n) => n);

export const concurrencyCases = [
  storeCase("at once: many saves of the same token make one device", [], async store => {
    await Promise.all(TIMES.map(() => store.save(device(1))));
    assert.deepEqual(await listed(store), [token(1)]);
  }),

  storeCase("at once: many users' saves are all kept", [], async store => {
    await Promise.all(TIMES.map(n => store.save(device(n, { userId: String(n) }))));
    for (const n of TIMES) assert.deepEqual(await listed(store, String(n)), [token(n)]);
  }),

  storeCase("at once: many devices of one user are all kept", ["manyDevices"], async store => {
    await Promise.all(TIMES.map(n => store.save(device(n))));
    assert.equal((await listed(store)).length, TIMES.length);
  }),

  storeCase("at once: a token saved for two users belongs to exactly one of them", [], async store => {
    for (const n of TIMES) {
      await Promise.all(["10", "11"].map(userId => store.save(device(n, { userId }))));
      const owners = [...(await listed(store, "10")), ...(await listed(store, "11"))];
      assert.deepEqual(
        owners.filter(found => found === token(n)),
        [token(n)],
        "whoever lost the phone must not ring on it",
      );
    }
  }),

  storeCase("at once: of many removals one has removed it", [], async store => {
    await store.save(device(1));
    const removed = await Promise.all(TIMES.map(() => store.remove(token(1))));
    assert.equal(removed.filter(Boolean).length, 1);
  }),

  storeCase(
    "at once: a token that registers again survives a removal for an older date",
    ["registeredAt"],
    async store => {
      for (const n of TIMES) {
        await store.save(device(n, { registeredAt: at(0) }));
        await Promise.all([
          store.remove(token(n), { registeredBefore: at(50) }),
          store.save(device(n, { registeredAt: at(100) })),
          store.remove(token(n), { registeredBefore: at(50) }),
        ]);
        assert.ok((await listed(store)).includes(token(n)), "compare and clear must be one step");
      }
    },
  ),

  storeCase("at once: a token that moves survives its first user's removal", [], async store => {
    for (const n of TIMES) {
      await store.save(device(n, { userId: "10" }));
      await Promise.all([
        store.remove(token(n), { userId: "10" }),
        store.save(device(n, { userId: "11" })),
        store.remove(token(n), { userId: "10" }),
      ]);
      assert.ok((await listed(store, "11")).includes(token(n)), "compare and clear must be one step");
    }
  }),

  storeCase("at once: setEnvironment never brings a removed token back", [], async store => {
    for (const n of TIMES) {
      await store.save(device(n));
      await Promise.all([
        store.setEnvironment(token(n), "sandbox"),
        store.remove(token(n)),
        store.setEnvironment(token(n), "production"),
      ]);
      assert.deepEqual(await listed(store), []);
      assert.equal(await store.remove(token(n)), false);
    }
  }),

  storeCase("at once: a refresh does not undo what setEnvironment learned", ["environment"], async store => {
    for (const n of TIMES) {
      const userId = String(n);
      await store.save(device(n, { userId }));
      await Promise.all([
        store.save(device(n, { userId })),
        store.setEnvironment(token(n), "sandbox"),
        store.save(device(n, { userId })),
      ]);
      assert.equal((await only(store, userId)).environment, "sandbox");
    }
  }),

  storeCase("at once: setEnvironment does not undo a refresh", ["environment", "registeredAt"], async store => {
    for (const n of TIMES) {
      const userId = String(n);
      await store.save(device(n, { userId, registeredAt: at(0) }));
      await Promise.all([
        store.setEnvironment(token(n), "sandbox"),
        store.save(device(n, { userId, registeredAt: at(9) })),
        store.setEnvironment(token(n), "sandbox"),
      ]);
      assert.deepEqual((await only(store, userId)).registeredAt, at(9));
    }
  }),

  storeCase("at once: of two new tokens of one phone one replaces the other", ["deviceId"], async store => {
    await Promise.all([1, 2].map(n => store.save(device(n, { deviceId: "A-1" }))));
    assert.equal((await listed(store)).length, 1);
  }),
];
