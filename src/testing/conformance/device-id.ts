import assert from "node:assert/strict";
import { device, listed, storeCase, token } from "./case.js";

const app = { bundleId: "com.example.app" };
const phone = { ...app, deviceId: "A-1" };

async function sorted(tokens: Promise<readonly string[]>): Promise<readonly string[]> {
  return [...(await tokens)].sort();
}

export const deviceIdCases = [
  storeCase("device id: a new token of the same phone replaces the old one", ["deviceId"], async store => {
    await store.save(device(1, phone));
    await store.save(device(2, phone));
    assert.deepEqual(await listed(store), [token(2)]);
    assert.equal(await store.remove(token(1)), false, "the old token must be gone, not hidden");
  }),

  storeCase("device id: it replaces every older token of the phone", ["deviceId", "manyDevices"], async store => {
    await store.save(device(1, phone));
    await store.save(device(2, app));
    await store.save(device(2, phone));
    await store.save(device(3, phone));
    assert.deepEqual(await listed(store), [token(3)]);
  }),

  storeCase("device id: saving the phone's own token again keeps it", ["deviceId"], async store => {
    await store.save(device(1, phone));
    await store.save(device(1, phone));
    assert.deepEqual(await listed(store), [token(1)]);
  }),

  storeCase("device id: the phone's token of the other push type stays", ["deviceId", "alertTokens"], async store => {
    await store.save(device(1, { ...phone, pushType: "alert" }));
    await store.save(device(2, { ...phone, pushType: "voip" }));
    assert.deepEqual(await listed(store, "10", "alert"), [token(1)]);
    assert.deepEqual(await listed(store, "10", "voip"), [token(2)]);
  }),

  storeCase(
    "device id: another app of the same vendor has the same id, and its token stays",
    ["deviceId", "bundleId", "manyDevices"],
    async store => {
      await store.save(device(1, { ...phone, bundleId: "com.example.app" }));
      await store.save(device(2, { ...phone, bundleId: "com.example.app.beta" }));
      await store.save(device(3, { ...phone, bundleId: undefined }));
      assert.deepEqual(await sorted(listed(store)), [token(1), token(2), token(3)]);
    },
  ),

  storeCase("device id: without bundle ids it is the same app", ["deviceId"], async store => {
    await store.save(device(1, { deviceId: "A-1" }));
    await store.save(device(2, { deviceId: "A-1" }));
    assert.deepEqual(await listed(store), [token(2)]);
  }),

  storeCase("device id: nobody can evict another user's token by naming a phone", ["deviceId"], async store => {
    await store.save(device(1, { ...phone, userId: "10" }));
    await store.save(device(2, { ...phone, userId: "11" }));
    assert.deepEqual(await listed(store, "10"), [token(1)]);
    assert.deepEqual(await listed(store, "11"), [token(2)]);
  }),

  storeCase("device id: another phone of the user stays", ["deviceId", "manyDevices"], async store => {
    await store.save(device(1, { ...app, deviceId: "A-1" }));
    await store.save(device(2, { ...app, deviceId: "A-2" }));
    assert.deepEqual(await sorted(listed(store)), [token(1), token(2)]);
  }),

  storeCase("device id: it is compared to the letter", ["deviceId", "manyDevices"], async store => {
    const ids = ["A-1", "a-1", "A-1 ", "A-%", "A-_", "*", "A-1:com.example.app", "é", "e\u0301"];
    for (const [n, deviceId] of ids.entries()) await store.save(device(n, { ...app, deviceId }));
    assert.equal((await listed(store)).length, ids.length);
  }),

  storeCase("device id: without one nothing is replaced", ["manyDevices"], async store => {
    await store.save(device(1, app));
    await store.save(device(2, phone));
    await store.save(device(3, app));
    assert.deepEqual(await sorted(listed(store)), [token(1), token(2), token(3)]);
  }),

  storeCase(
    "device id: a token that moves to another user evicts none of the first user's",
    ["deviceId"],
    async store => {
      await store.save(device(1, { ...phone, userId: "10" }));
      await store.save(device(2, { ...phone, userId: "11" }));
      await store.save(device(2, { ...phone, userId: "10" }));
      assert.deepEqual(await listed(store, "10"), [token(2)], "it is now the newer token of user 10's own phone");
      assert.deepEqual(await listed(store, "11"), []);
    },
  ),
];
