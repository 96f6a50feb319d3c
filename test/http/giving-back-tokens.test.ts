import { bearerAuth } from "apns-voip";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { answerOf, BEARER, createWorld, DEVICES, jsonRequest, type WorldOptions } from "./world.js";

const VOIP = "9f739db8afff".padEnd(64, "0");
const ALERT = "1f739db8afff".padEnd(64, "0");
const SECRET = "a secret of at least 32 characters!!";

async function signedIn(options: WorldOptions = {}) {
  const world = createWorld(options);
  const phone = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: VOIP, apnsDeviceToken: ALERT };
  await world.push.registerDevice(10, phone);
  world.lines.length = 0;
  const kept = async () =>
    [...(await world.devices.list("10", "voip")), ...(await world.devices.list("10", "alert"))].map(
      ({ token }) => token,
    );
  const remove = async (query: string, init: Parameters<typeof jsonRequest>[2] = {}) =>
    answerOf(await world.routes.fetch(jsonRequest("DELETE", DEVICES + query, init)));
  return { ...world, kept, remove };
}

function login(expiresIn: number, claims: object = { uid: 10 }, secret = SECRET) {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(Buffer.from(secret))
    .then(token => ({ authorization: `Bearer ${token}` }));
}

describe("a DELETE without a body reads the query, as HTTP clients of phones send it", () => {
  test("one token", async () => {
    const { remove, kept } = await signedIn();
    const query = `?voipDeviceToken=${VOIP}&bundleId=com.example.app`;
    expect(await remove(query, { headers: BEARER })).toEqual({ status: 200, body: { success: true } });
    expect(await kept()).toEqual([ALERT]);
  });

  test("both tokens, spelled as old iOS printed them", async () => {
    const { remove, kept } = await signedIn();
    const query = new URLSearchParams({ voipDeviceToken: `<${VOIP}>`, apnsDeviceToken: ALERT.toUpperCase() });
    expect((await remove(`?${query}`, { headers: BEARER })).status).toBe(200);
    expect(await kept()).toEqual([]);
  });

  test("the body comes before the query, and an absent value in it does not count", async () => {
    const { remove, kept } = await signedIn();
    const body = { voipDeviceToken: null, apnsDeviceToken: ALERT };
    expect((await remove(`?voipDeviceToken=${VOIP}`, { headers: BEARER, body })).status).toBe(200);
    expect(await kept()).toEqual([]);
  });

  test("no token in either is 400, and the log's path is without the query", async () => {
    const { remove, events } = await signedIn();
    expect((await remove("?voipDeviceToken=null", { headers: BEARER })).status).toBe(400);
    expect(events.at(-1)).toMatchObject({ type: "http.answered", path: DEVICES });
  });

  test("only the user's own tokens are removed", async () => {
    const { remove, kept } = await signedIn();
    const headers = { authorization: "Bearer user-11" };
    expect((await remove(`?voipDeviceToken=${VOIP}`, { headers })).status).toBe(200);
    expect(await kept()).toEqual([VOIP, ALERT]);
  });
});

describe("a login that has only expired", () => {
  const options = { routes: { authenticate: bearerAuth({ secret: SECRET, userIdClaim: "uid", issuer: "a" }) } };

  test("still gives its user's tokens back, by body and by query, and the log says so", async () => {
    const { remove, kept, lines, events } = await signedIn(options);
    const headers = await login(-3600, { uid: 10, iss: "a" });
    expect((await remove("", { headers, body: { voipDeviceToken: VOIP } })).status).toBe(200);
    expect((await remove(`?apnsDeviceToken=${ALERT}`, { headers })).status).toBe(200);
    expect(await kept()).toEqual([]);
    expect(lines).toContain("Deleted voipDeviceToken for user 10: 9f739db8afff...");
    expect(events.at(-1)).toMatchObject({ status: 200, detail: "expired login" });
  });

  test("gives nobody else's back", async () => {
    const { remove, kept } = await signedIn(options);
    const headers = await login(-3600, { uid: 11, iss: "a" });
    expect((await remove("", { headers, body: { voipDeviceToken: VOIP } })).status).toBe(200);
    expect(await kept()).toEqual([VOIP, ALERT]);
  });

  test.each([
    ["whose signature is wrong as well", { uid: 10, iss: "a" }, "another secret of 32 characters!"],
    ["whose issuer is wrong as well", { uid: 10, iss: "b" }, SECRET],
    ["that names no user", { iss: "a" }, SECRET],
  ])("%s does not", async (_, claims, secret) => {
    const { remove, kept } = await signedIn(options);
    const headers = await login(-3600, claims, secret);
    expect((await remove("", { headers, body: { voipDeviceToken: VOIP } })).status).toBe(401);
    expect(await kept()).toEqual([VOIP, ALERT]);
  });

  test("registers nothing", async () => {
    const { routes } = await signedIn(options);
    const headers = await login(-3600, { uid: 10, iss: "a" });
    const request = jsonRequest("PUT", DEVICES, { headers, body: {} });
    expect(await answerOf(await routes.fetch(request))).toEqual({ status: 401, body: { error: "bad_token" } });
  });

  test("may also come from an authenticate of the app's own", async () => {
    const authenticate = async () => ({ refused: "expired", expiredUserId: 10 });
    const { remove, kept } = await signedIn({ routes: { authenticate } });
    expect((await remove("", { body: { voipDeviceToken: VOIP } })).status).toBe(200);
    expect(await kept()).toEqual([ALERT]);
  });
});

describe("a DELETE without any login", () => {
  const open = { routes: { unregisterWithoutLogin: true } };
  const token = { body: { voipDeviceToken: VOIP } };

  test("is 401 unless the server allows it", async () => {
    const { remove, kept } = await signedIn();
    expect(await remove("", token)).toEqual({ status: 401, body: { error: "bad_token" } });
    expect(await kept()).toEqual([VOIP, ALERT]);
  });

  test("drops the token that its body names in whole, where it does", async () => {
    const { remove, kept, lines, events } = await signedIn(open);
    expect(await remove("", token)).toEqual({ status: 200, body: { success: true } });
    expect(await kept()).toEqual([ALERT]);
    expect(lines).toEqual([
      "Deleted voipDeviceToken without a login: 9f739db8afff...",
      `DELETE ${DEVICES} - 200 OK (no login)`,
    ]);
    expect(events.at(-1)).toMatchObject({ status: 200, detail: "no login" });
  });

  test("is answered the same when there was no such token", async () => {
    const { remove } = await signedIn(open);
    const body = { voipDeviceToken: "ab".repeat(32) };
    expect(await remove("", { body })).toEqual({ status: 200, body: { success: true } });
  });

  test.each([
    ["a token in the query", `?voipDeviceToken=${VOIP}`, {}],
    ["nothing", "", {}],
    ["the text of nothing", "", { body: { voipDeviceToken: "null" } }],
  ])("proves nothing by %s", async (_, query, init) => {
    const { remove, kept } = await signedIn(open);
    expect((await remove(query, init)).status).toBe(401);
    expect(await kept()).toEqual([VOIP, ALERT]);
  });

  test("drops nothing by the device id, or by a part of the token", async () => {
    const { remove, kept, push } = await signedIn(open);
    const phone = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: VOIP, deviceId: "phone-1" };
    await push.registerDevice(10, phone);
    expect((await remove("", { body: { deviceId: "phone-1" } })).status).toBe(400);
    expect((await remove("", { body: { voipDeviceToken: VOIP.slice(0, 32) } })).status).toBe(200);
    expect(await kept()).toEqual([VOIP, ALERT]);
  });

  test("works for a login whose secret has been replaced", async () => {
    const authenticate = bearerAuth({ secret: SECRET, userIdClaim: "uid" });
    const { remove, kept } = await signedIn({ routes: { authenticate, unregisterWithoutLogin: true } });
    const headers = await login(3600, { uid: 10 }, "another secret of 32 characters!");
    expect((await remove("", { headers, ...token })).status).toBe(200);
    expect(await kept()).toEqual([ALERT]);
  });
});
