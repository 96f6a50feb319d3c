import assert from "node:assert/strict";
import { type CallPayload, explainReason } from "apns-voip";
import { appleSaid, prefixOf, showDevices, type Token } from "./evidence.ts";
import { RECORDED_OFFER } from "./recorded.ts";
import { proved, remedy, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** Three ways in which a phone does not ring, the line that says so, and what to do. */
export async function failures(stage: Stage): Promise<void> {
  title("Three ways it can fail, and what the log says");
  await noToken(stage);
  await wrongAdminToken(stage);
  await otherEnvironment(stage);
}

async function noToken(stage: Stage): Promise<void> {
  const { api, signal } = stage;
  step("no token", "user 12 has never registered a phone");
  const caller = await stage.phone(11);
  await caller.open();
  caller.send("offer", { to: 12, sdp: RECORDED_OFFER, displayName: "User 11" });
  await signal.sees("[signal] offer from 11 to 12");
  await signal.sees("[signal] user 12 is offline, sending VoIP Push");
  await signal.sees("📞 Sending VoIP Push to user 12");
  await api.sees("POST /api/internal/push/call - toUserId: 12");
  await api.sees("❌ VoIP token not found for user 12");
  await signal.sees("❌ Failed to send VoIP Push: Request failed with status code 404: VoIP token not found");
  await signal.sees(
    "   user 12: The API server knows no phone of this user. Open the app once on the phone, logged in as this user.",
  );
  const { reason } = await caller.next("call-ended");
  assert.equal(reason, "no-devices");
  await signal.sees("[signal] call from 11 to 12 ended after … s, not answered: no-devices");
  remedy("Open the app once while user 12 is logged in: it must PUT /api/v1/me/devices, answered 200.");
  proved("user 11 was told at once: call-ended, reason no-devices");
  caller.kill();
}

async function wrongAdminToken(stage: Stage): Promise<void> {
  const { api, apple } = stage;
  const pushes = async () => (await apple.ask<unknown[]>("pushes")).length;
  const before = await pushes();
  step("wrong admin token", "a signal server whose ADMIN_PUSH_TOKEN is not that of the API server");
  const { server, url } = await stage.startSignalServer({ ADMIN_PUSH_TOKEN: "not-the-token-of-the-api-server" });
  const caller = await stage.phone(11);
  await caller.open(url);
  caller.send("offer", { to: 10, sdp: RECORDED_OFFER, displayName: "User 11" });
  await server.sees("[signal] offer from 11 to 10");
  await server.sees("[signal] user 10 is offline, sending VoIP Push");
  await server.sees("📞 Sending VoIP Push to user 10");
  await api.sees("POST /api/internal/push/call - 401 unauthorized");
  await server.sees("❌ Failed to send VoIP Push: Request failed with status code 401");
  await server.sees(
    "   user 10: The API server refuses the admin token. Give both servers the same one, and restart both.",
  );
  assert.equal((await caller.next("call-ended")).reason, "failed");
  await server.sees("[signal] call from 11 to 10 ended after … s, not answered: failed");
  remedy("Set ADMIN_PUSH_TOKEN to the same text on both servers, and restart both.");
  assert.equal(await pushes(), before);
  proved("user 11 was told: call-ended, reason failed; Apple was not asked");
  caller.kill();
  await server.stop();
}

async function otherEnvironment(stage: Stage): Promise<void> {
  const { api, apple, signal } = stage;
  step("sandbox token, production server", "user 13 has a development build; APNS_ENV is production");
  const voip = await apple.ask<Token>("phone", { userId: 13, environment: "sandbox" });
  const { token, bundleId } = voip;
  const prefix = prefixOf(voip);
  const [caller, callee] = [await stage.phone(11), await stage.phone(13, { deviceId: "a development build" })];
  assert.equal(await callee.putTokens({ bundleId, voipDeviceToken: token }), 200);
  await api.sees(`Saved voipDeviceToken for user 13: ${prefix}`);
  await api.sees("PUT /api/v1/me/devices - 200 OK");
  await caller.open();

  const call = async (afterwards: readonly string[]) => {
    caller.send("offer", { to: 13, sdp: RECORDED_OFFER, displayName: "User 11" });
    await signal.sees("[signal] offer from 11 to 13");
    await signal.sees("[signal] user 13 is offline, sending VoIP Push");
    await signal.sees("📞 Sending VoIP Push to user 13");
    await api.sees("POST /api/internal/push/call - toUserId: 13");
    await api.sees(`Retrieved voipDeviceToken for user 13: ${prefix}`);
    await api.sees("Sending VoIP Push to APNs...");
    for (const expected of afterwards) await api.sees(expected);
    await api.sees("✅ VoIP Push sent successfully to APNs");
    await signal.sees("✅ VoIP Push sent to user 13");
    await apple.ask<CallPayload>("ringing", token);
    await callee.open();
    await callee.next("offer");
    await signal.sees("📲 A phone of user 13 registered … ms after the push");
    callee.send("call-end", { to: 11 });
    assert.deepEqual(await caller.next("call-ended"), { from: 13, reason: "declined" });
    await signal.sees("[signal] call from 11 to 13 ended after … s, not answered: declined");
    await apple.ask("end", token);
    callee.kill();
    await caller.next("user-offline");
  };

  const { meaning, remedy: advice } = explainReason("BadDeviceToken");
  await call([
    appleSaid("400 BadDeviceToken", "production", voip, 13),
    appleSaid("200", "sandbox", voip, 13),
    `Learned that ${prefix} of user 13 belongs to sandbox`,
  ]);
  remedy(`BadDeviceToken: ${meaning}`);
  remedy(advice);
  await showDevices(stage, [13], [{ user_id: "13", token: prefix, environment: "sandbox" }]);
  proved("it rang all the same: the other environment was tried, and what it answered is kept with the device");

  await call([appleSaid("200", "sandbox", voip, 13)]);
  proved("the next call goes to the sandbox straight away");
  caller.kill();
}
