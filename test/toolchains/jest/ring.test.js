const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const {
  ApnsVoipError,
  createApnsClient,
  createPushRoutes,
  createPushService,
  bearerAuth,
  isApnsVoipError,
  memoryDeviceStore,
} = require("apns-voip");
const { createMockApns } = require("apns-voip/testing");

/** Every sub-path that has code. */
const doors = Object.entries(require("apns-voip/package.json").exports)
  .filter(([, target]) => typeof target === "object")
  .map(([name]) => name.replace(".", "apns-voip"));

test.each(doors)("%s can be required", door => {
  expect(Object.keys(require(door)).length).toBeGreaterThan(0);
});

test("a call rings, over HTTP/2 and with a login, with nothing but require", async () => {
  const mock = createMockApns();
  const server = await mock.listen();
  const phone = mock.device({ userId: 10 });
  const apns = createApnsClient({ ...mock.key, bundleId: phone.bundleId, endpoints: server.endpoints, ca: server.ca });
  const push = createPushService({ apns, devices: memoryDeviceStore() });
  const secret = new Uint8Array(32).fill(7);
  const routes = createPushRoutes({
    push,
    authenticate: bearerAuth({ secret }),
    adminToken: "an-admin-token-for-this-test",
  });
  const refused = await routes.fetch(
    new Request("http://api/api/v1/me/devices", { method: "PUT", headers: { authorization: "Bearer none" } }),
  );
  expect(refused.status).toBe(401);
  await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
  const { status } = await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11" });
  expect(status).toBe("accepted");
  expect(phone.calls.map(({ fromDisplayName }) => fromDisplayName)).toEqual(["User 11"]);
  await apns.close();
  await server.close();
});

test("an error of ours is recognised", () => {
  expect(() => createApnsClient({})).toThrow(ApnsVoipError);
  try {
    createApnsClient({});
  } catch (error) {
    expect(isApnsVoipError(error)).toBe(true);
  }
});

test("no file of the copy that is required imports anything late", () => {
  const folder = path.dirname(require.resolve("apns-voip"));
  expect(path.basename(folder)).toBe("require");
  const files = readdirDeep(folder).filter(file => file.endsWith(".js"));
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(readFileSync(file, "utf8")).not.toMatch(/\bimport\(|\bimport\.meta\b/);
  expect(existsSync(path.join(folder, "vendor/jose.js"))).toBe(true);
});

function readdirDeep(folder) {
  const { readdirSync } = require("node:fs");
  return readdirSync(folder, { recursive: true }).map(name => path.join(folder, name));
}
