import assert from "node:assert/strict";
import { at, device, listed, only, storeCase, token } from "./case.js";

export const saveCases = [
  storeCase("save: a device is listed as it was saved", [], async store => {
    await store.save(device(1));
    const found = await only(store);
    assert.equal(found.userId, "10");
    assert.equal(found.token, token(1));
    assert.equal(found.pushType, "voip");
    assert.equal(found.platform, "ios");
    assert.ok(found.registeredAt instanceof Date, "registeredAt must be a Date");
  }),

  storeCase("save: the registration date is kept to the millisecond", ["registeredAt"], async store => {
    for (const milliseconds of [0, 1, 876]) {
      await store.save(device(1, { registeredAt: at(milliseconds) }));
      assert.equal((await only(store)).registeredAt.toISOString(), at(milliseconds).toISOString());
    }
  }),

  storeCase(
    "save: bundle id, device id and environment are kept",
    ["bundleId", "deviceId", "environment"],
    async store => {
      const given = { bundleId: "com.example.app", deviceId: "A-1", environment: "sandbox" } as const;
      await store.save(device(1, given));
      const { bundleId, deviceId, environment } = await only(store);
      assert.deepEqual({ bundleId, deviceId, environment }, given);
    },
  ),

  storeCase("save: what was not given comes back undefined, never null or empty", [], async store => {
    await store.save(device(1));
    await store.save(device(2, { userId: "11", bundleId: undefined, deviceId: undefined, environment: undefined }));
    for (const found of [await only(store), await only(store, "11")]) {
      for (const field of ["bundleId", "deviceId", "environment"] as const) {
        assert.equal(found[field], undefined, `${field} must be undefined`);
      }
    }
  }),

  storeCase("save: a token is one token in upper and lower case, and is handed out in lower case", [], async store => {
    await store.save(device(1, { token: token(1).toUpperCase() }));
    assert.deepEqual(await listed(store), [token(1)]);
    await store.save(device(1));
    assert.deepEqual(await listed(store), [token(1)]);
    await store.save(device(1, { userId: "11", token: token(1).toUpperCase() }));
    assert.deepEqual(await listed(store, "10"), []);
    assert.deepEqual(await listed(store, "11"), [token(1)]);
  }),

  storeCase("save: a token saved again refreshes its date and stays one device", ["registeredAt"], async store => {
    await store.save(device(1, { registeredAt: at(0) }));
    await store.save(device(1, { registeredAt: at(5) }));
    assert.deepEqual((await only(store)).registeredAt, at(5));
  }),

  storeCase("save: a token saved again has the bundle id that the app says now", ["bundleId"], async store => {
    await store.save(device(1, { bundleId: "com.example.old" }));
    await store.save(device(1, { bundleId: "com.example.new" }));
    assert.equal((await only(store)).bundleId, "com.example.new");
  }),

  storeCase("save: a token saved for another user moves to that user", [], async store => {
    await store.save(device(1, { userId: "10" }));
    await store.save(device(1, { userId: "11" }));
    assert.deepEqual(await listed(store, "10"), [], "the first user must not be rung on somebody else's phone");
    assert.equal((await only(store, "11")).userId, "11");
    await store.save(device(1, { userId: "10" }));
    assert.deepEqual(await listed(store, "10"), [token(1)]);
    assert.deepEqual(await listed(store, "11"), []);
  }),

  storeCase("save: a token that moves leaves the first user's other devices alone", ["manyDevices"], async store => {
    await store.save(device(1, { userId: "10" }));
    await store.save(device(2, { userId: "10" }));
    await store.save(device(1, { userId: "11" }));
    assert.deepEqual(await listed(store, "10"), [token(2)]);
  }),

  storeCase("save: a token saved with the other push type moves there", ["alertTokens"], async store => {
    await store.save(device(1, { pushType: "voip" }));
    await store.save(device(1, { pushType: "alert" }));
    assert.deepEqual(await listed(store, "10", "voip"), []);
    assert.deepEqual(await listed(store, "10", "alert"), [token(1)]);
  }),

  storeCase("save: a user has as many devices as were saved", ["manyDevices"], async store => {
    for (let n = 1; n <= 20; n++) await store.save(device(n));
    assert.equal(new Set(await listed(store)).size, 20);
  }),
];
