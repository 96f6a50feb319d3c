import assert from "node:assert/strict";
import { at, device, listed, only, storeCase, token } from "./case.js";

export const environmentCases = [
  storeCase("setEnvironment: is stored with the device, and can change", ["environment"], async store => {
    await store.save(device(1));
    await store.setEnvironment(token(1), "sandbox");
    assert.equal((await only(store)).environment, "sandbox");
    await store.setEnvironment(token(1), "production");
    assert.equal((await only(store)).environment, "production");
  }),

  storeCase("setEnvironment: finds a token in upper case too", ["environment"], async store => {
    await store.save(device(1));
    await store.setEnvironment(token(1).toUpperCase(), "sandbox");
    assert.equal((await only(store)).environment, "sandbox");
  }),

  storeCase(
    "setEnvironment: is stored with an alert token as with a voip token",
    ["environment", "alertTokens"],
    async store => {
      await store.save(device(1, { pushType: "alert" }));
      await store.setEnvironment(token(1), "sandbox");
      assert.equal((await only(store, "10", "alert")).environment, "sandbox");
    },
  ),

  storeCase("setEnvironment: changes nothing else", ["environment", "registeredAt"], async store => {
    await store.save(device(1, { registeredAt: at(7) }));
    const before = await only(store);
    await store.setEnvironment(token(1), "sandbox");
    assert.deepEqual({ ...(await only(store)) }, { ...before, environment: "sandbox" });
  }),

  storeCase("setEnvironment: touches that token only", ["environment"], async store => {
    await store.save(device(1, { userId: "10", environment: "production" }));
    await store.save(device(2, { userId: "11", environment: "production" }));
    await store.setEnvironment(token(1), "sandbox");
    assert.equal((await only(store, "11")).environment, "production");
  }),

  storeCase("setEnvironment: a token that is not there is not an error and does not appear", [], async store => {
    await store.setEnvironment(token(1), "sandbox");
    await store.save(device(2));
    await store.remove(token(2));
    await store.setEnvironment(token(2), "sandbox");
    assert.deepEqual(await listed(store), []);
  }),

  storeCase("save: an unchanged token without an environment keeps the learned one", ["environment"], async store => {
    await store.save(device(1));
    await store.setEnvironment(token(1), "sandbox");
    await store.save(device(1, { registeredAt: at(1) }));
    assert.equal((await only(store)).environment, "sandbox");
    await store.save(device(1, { token: token(1).toUpperCase(), environment: undefined }));
    assert.equal((await only(store)).environment, "sandbox");
  }),

  storeCase("save: an environment that the app says overwrites the learned one", ["environment"], async store => {
    await store.save(device(1));
    await store.setEnvironment(token(1), "sandbox");
    await store.save(device(1, { environment: "production" }));
    assert.equal((await only(store)).environment, "production");
  }),

  storeCase(
    "save: a token keeps its learned environment when it moves to another user",
    ["environment"],
    async store => {
      await store.save(device(1, { userId: "10" }));
      await store.setEnvironment(token(1), "sandbox");
      await store.save(device(1, { userId: "11" }));
      assert.equal((await only(store, "11")).environment, "sandbox");
    },
  ),

  storeCase(
    "save: a new token does not take over the environment of the user's old one",
    ["environment"],
    async store => {
      await store.save(device(1, { deviceId: "A-1", environment: "sandbox" }));
      await store.save(device(2, { deviceId: "A-1" }));
      const fresh = (await store.list("10", "voip")).find(found => found.token === token(2));
      assert.equal(fresh?.environment, undefined, "the app may have been built anew, for the other environment");
    },
  ),
];
