import assert from "node:assert/strict";
import { at, device, listed, only, storeCase, token } from "./case.js";

export const listCases = [
  storeCase("list: a user without devices has none", [], async store => {
    assert.deepEqual(await store.list("10", "voip"), []);
    assert.deepEqual(await store.list("10", "alert"), []);
  }),

  storeCase("list: gives the user's own devices only", [], async store => {
    await store.save(device(1, { userId: "1" }));
    await store.save(device(2, { userId: "10" }));
    await store.save(device(3, { userId: "100" }));
    assert.deepEqual(await listed(store, "1"), [token(1)]);
    assert.deepEqual(await listed(store, "10"), [token(2)]);
    assert.deepEqual(await listed(store, "100"), [token(3)]);
    assert.deepEqual(await listed(store, "0"), []);
  }),

  storeCase("list: keeps voip and alert tokens apart", ["alertTokens"], async store => {
    await store.save(device(1, { pushType: "voip" }));
    await store.save(device(2, { pushType: "alert" }));
    assert.deepEqual(await listed(store, "10", "voip"), [token(1)]);
    assert.deepEqual(await listed(store, "10", "alert"), [token(2)]);
    assert.equal((await only(store, "10", "alert")).pushType, "alert");
  }),

  storeCase("list: gives the newest registration first", ["manyDevices", "registeredAt"], async store => {
    await store.save(device(1, { registeredAt: at(1) }));
    await store.save(device(2, { registeredAt: at(3) }));
    await store.save(device(3, { registeredAt: at(0) }));
    await store.save(device(4, { registeredAt: at(2) }));
    assert.deepEqual(await listed(store), [token(2), token(4), token(1), token(3)]);
    await store.save(device(3, { registeredAt: at(4) }));
    assert.deepEqual(await listed(store), [token(3), token(2), token(4), token(1)], "a refreshed token comes first");
  }),

  storeCase(
    "list: what is done to a device that was saved or listed changes nothing stored",
    ["registeredAt"],
    async store => {
      const given = device(1, { registeredAt: at(0) });
      await store.save(given);
      given.registeredAt.setTime(0);
      const found = await only(store);
      assert.deepEqual(found.registeredAt, at(0), "save must copy what it is given");
      found.registeredAt.setTime(0);
      assert.deepEqual((await only(store)).registeredAt, at(0), "list must give copies");
    },
  ),
];
