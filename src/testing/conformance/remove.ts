import assert from "node:assert/strict";
import { at, device, listed, only, storeCase, token } from "./case.js";

export const removeCases = [
  storeCase("remove: removes a token and says so; there is nothing to remove the second time", [], async store => {
    await store.save(device(1));
    assert.equal(await store.remove(token(1)), true);
    assert.deepEqual(await listed(store), []);
    assert.equal(await store.remove(token(1)), false);
  }),

  storeCase("remove: a token that was never saved is not an error", [], async store => {
    await store.save(device(1));
    assert.equal(await store.remove(token(2)), false);
    assert.equal(await store.remove(token(2), { userId: "10", registeredBefore: at(1) }), false);
    assert.deepEqual(await listed(store), [token(1)]);
  }),

  storeCase("remove: finds a token in upper case too", [], async store => {
    await store.save(device(1));
    assert.equal(await store.remove(token(1).toUpperCase()), true);
    assert.deepEqual(await listed(store), []);
  }),

  storeCase("remove: removes an alert token as it does a voip token", ["alertTokens"], async store => {
    await store.save(device(1, { pushType: "voip" }));
    await store.save(device(2, { pushType: "alert" }));
    assert.equal(await store.remove(token(2)), true);
    assert.deepEqual(await listed(store, "10", "alert"), []);
    assert.deepEqual(await listed(store, "10", "voip"), [token(1)]);
  }),

  storeCase("remove: leaves the user's other devices alone", ["manyDevices"], async store => {
    for (const n of [1, 2, 3]) await store.save(device(n));
    assert.equal(await store.remove(token(2)), true);
    assert.deepEqual([...(await listed(store))].sort(), [token(1), token(3)]);
  }),

  storeCase("remove: a removed token can be saved again", [], async store => {
    await store.save(device(1));
    await store.remove(token(1));
    await store.save(device(1, { userId: "11" }));
    assert.deepEqual(await listed(store, "10"), []);
    assert.deepEqual(await listed(store, "11"), [token(1)]);
  }),

  storeCase("remove: with a user id, only that user's token", [], async store => {
    await store.save(device(1, { userId: "10" }));
    assert.equal(await store.remove(token(1), { userId: "11" }), false);
    assert.deepEqual(await listed(store), [token(1)]);
    assert.equal(await store.remove(token(1), { userId: "10" }), true);
    assert.deepEqual(await listed(store), []);
  }),

  storeCase("remove: a token that has moved is no longer the first user's to remove", [], async store => {
    await store.save(device(1, { userId: "10" }));
    await store.save(device(1, { userId: "11" }));
    assert.equal(await store.remove(token(1), { userId: "10" }), false);
    assert.deepEqual(await listed(store, "11"), [token(1)]);
  }),

  storeCase("remove: with a date, only what was registered strictly before it", ["registeredAt"], async store => {
    await store.save(device(1, { registeredAt: at(0) }));
    assert.equal(await store.remove(token(1), { registeredBefore: at(-1) }), false, "registered after the date");
    assert.equal(await store.remove(token(1), { registeredBefore: at(0) }), false, "registered at the date itself");
    assert.deepEqual(await listed(store), [token(1)]);
    assert.equal(await store.remove(token(1), { registeredBefore: at(1) }), true, "registered a millisecond before it");
    assert.deepEqual(await listed(store), []);
  }),

  storeCase("remove: with a date, keeps a token that was registered again since", ["registeredAt"], async store => {
    await store.save(device(1, { registeredAt: at(0) }));
    await store.save(device(1, { registeredAt: at(100) }));
    assert.equal(await store.remove(token(1), { registeredBefore: at(50) }), false);
    assert.deepEqual(await listed(store), [token(1)]);
  }),

  storeCase("remove: with a user id and a date, both must fit", ["registeredAt"], async store => {
    await store.save(device(1, { userId: "10", registeredAt: at(0) }));
    assert.equal(await store.remove(token(1), { userId: "11", registeredBefore: at(1) }), false, "another user");
    assert.equal(await store.remove(token(1), { userId: "10", registeredBefore: at(0) }), false, "too young");
    assert.equal((await only(store)).token, token(1));
    assert.equal(await store.remove(token(1), { userId: "10", registeredBefore: at(1) }), true);
    assert.deepEqual(await listed(store), []);
  }),

  storeCase("remove: a condition that is undefined is no condition", [], async store => {
    await store.save(device(1));
    assert.equal(await store.remove(token(1), {}), true);
    await store.save(device(1));
    assert.equal(await store.remove(token(1), { userId: undefined, registeredBefore: undefined }), true);
    assert.deepEqual(await listed(store), []);
  }),
];
