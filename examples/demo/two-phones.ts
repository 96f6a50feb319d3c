import assert from "node:assert/strict";
import type { CallPayload } from "apns-voip";
import { appleSaid, prefixOf, type Token } from "./evidence.ts";
import type { Phone } from "./phone.ts";
import { RECORDED_ANSWER, RECORDED_OFFER } from "./recorded.ts";
import { line, proved, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** The phones of user 14, whose app says which phone it is. */
interface Home {
  readonly stage: Stage;
  readonly caller: Phone;
  readonly iPhone: Phone & { readonly voip: Token };
  readonly iPad: Phone & { readonly voip: Token };
  /** The token for notifications of the iPhone. */
  readonly alert: Token;
}

/** Two phones of one user: who rings, and who stops. */
export async function twoPhones(stage: Stage): Promise<void> {
  title("Two phones of one user: both ring, and stop when they should");
  const caller = await stage.phone(11);
  await caller.open();
  const [iPhone, iPad] = [await register(stage, "iPhone"), await register(stage, "iPad")];
  const alert = await stage.apple.ask<Token>("phone", { userId: 14, pushType: "alert" });
  assert.equal(await iPhone.putTokens({ bundleId: alert.bundleId, apnsDeviceToken: alert.token }), 200);
  await stage.api.sees(`Saved apnsDeviceToken for user 14: ${prefixOf(alert)}`);
  await stage.api.sees("PUT /api/v1/me/devices - 200 OK");
  const home: Home = { stage, caller, iPhone, iPad, alert };
  await oneAnswers(home);
  await callerHangsUp(home);
  await nobodyAnswers(home);
  caller.kill();
  home.iPad.kill();
}

async function register(stage: Stage, deviceId: string): Promise<Home["iPhone"]> {
  const voip = await stage.apple.ask<Token>("phone", { userId: 14 });
  const phone = await stage.phone(14, { deviceId });
  const { bundleId, token } = voip;
  assert.equal(await phone.putTokens({ bundleId, voipDeviceToken: token }), 200);
  await stage.api.sees(`Saved voipDeviceToken for user 14: ${prefixOf(voip)}`);
  await stage.api.sees("PUT /api/v1/me/devices - 200 OK");
  return Object.assign(phone, { voip });
}

/** The app runs on the iPad; the iPhone must be woken. */
async function oneAnswers({ stage, caller, iPhone, iPad }: Home): Promise<void> {
  const { apple, api, signal } = stage;
  step("phone of user 11 → signal server", "an offer for user 14, whose iPad is connected and whose iPhone is not");
  await iPad.open();
  caller.send("offer", { to: 14, sdp: RECORDED_OFFER, displayName: "User 11" });
  await signal.sees("[signal] offer from 11 to 14");
  await signal.sees("[signal] user 14 has 1 phone connected, sending VoIP Push to the others");
  await pushed({ stage, voip: iPhone.voip });
  await api.sees(`Learned that ${prefixOf(iPhone.voip)} of user 14 belongs to production`);
  await iPad.next("offer");
  line("phone", `iPad rings by socket, iPhone by push: ${(await ring(stage, iPhone)).callId}`);
  proved("both ring: the iPad by socket, the iPhone by push, and the iPad was not pushed");

  step("phone → signal server", "the iPhone answers");
  await iPhone.open();
  await iPhone.next("offer");
  await signal.sees("📲 A phone of user 14 registered … ms after the push");
  iPhone.send("answer", { to: 11, sdp: RECORDED_ANSWER });
  await caller.next("answer");
  assert.deepEqual(await iPad.next("call-ended"), { from: 11, reason: "answered-elsewhere" });
  proved("the iPad was told: call-ended, reason answered-elsewhere");
  iPhone.send("call-end", { to: 11 });
  assert.deepEqual(await caller.next("call-ended"), { from: 14, reason: "hang-up" });
  await signal.sees("[signal] call from 11 to 14 ended after … s, answered: hang-up");
  await apple.ask("end", iPhone.voip.token);
  iPhone.kill();
}

async function callerHangsUp(home: Home): Promise<void> {
  const { stage, caller, iPhone, iPad } = home;
  const { apple, signal } = stage;
  step("phone of user 11 → signal server", "another offer; user 11 hangs up before anybody answers");
  caller.send("offer", { to: 14, sdp: `${RECORDED_OFFER}a=again\r\n`, displayName: "User 11" });
  await signal.sees("[signal] offer from 11 to 14");
  await signal.sees("[signal] user 14 has 1 phone connected, sending VoIP Push to the others");
  await pushed({ stage, voip: iPhone.voip });
  await iPad.next("offer");
  await ring(stage, iPhone);
  caller.send("call-end", { to: 14 });
  assert.deepEqual(await iPad.next("call-ended"), { from: 11, reason: "cancelled" });
  await signal.sees("[signal] call from 11 to 14 ended after … s, not answered: cancelled");
  await missed(stage, home, 1);
  await iPhone.open();
  await signal.sees("📲 A phone of user 14 registered … ms after the push");
  assert.deepEqual(await iPhone.next("call-ended"), { from: 11, reason: "cancelled" });
  proved("both stop: the iPad at once, the iPhone when its app has connected; user 14 got a message: missed call");
  await apple.ask("end", iPhone.voip.token);
  iPhone.kill();
}

/** On a signal server whose ring timeout is short. */
async function nobodyAnswers(home: Home): Promise<void> {
  const { stage, iPhone } = home;
  const { apple, api } = stage;
  step("nobody answers", "a signal server whose calls ring for 2 seconds");
  const { server, url } = await stage.startSignalServer({ RING_TIMEOUT: "2000" });
  const caller = await stage.phone(11);
  await caller.open(url);
  caller.send("offer", { to: 14, sdp: `${RECORDED_OFFER}a=once-more\r\n`, displayName: "User 11" });
  await server.sees("[signal] offer from 11 to 14");
  await server.sees("[signal] user 14 is offline, sending VoIP Push");
  await server.sees("📞 Sending VoIP Push to user 14");
  await api.reads(/^POST \/api\/internal\/push\/call - toUserId: 14$/);
  for (let token = 0; token < 2; token++) await api.reads(/^Retrieved voipDeviceToken for user 14/);
  await api.reads(/^Sending VoIP Push to APNs/);
  for (let token = 0; token < 2; token++) await api.reads(/^APNs answered 200 for/);
  await api.reads(/^Learned that .* of user 14/);
  await api.reads(/^✅ VoIP Push sent successfully/);
  await server.sees("✅ VoIP Push sent to user 14");
  await ring(stage, iPhone);
  assert.deepEqual(await caller.next("call-ended"), { from: 14, reason: "no-answer" });
  await server.sees("[signal] call from 11 to 14 ended after … s, not answered: no-answer");
  await missed({ ...stage, signal: server }, home, 2);
  proved("after the ring timeout user 11 was told: call-ended, reason no-answer; user 14 got a message: missed call");
  for (const { voip } of [iPhone]) await apple.ask("end", voip.token);
  caller.kill();
  await server.stop();
}

async function ring({ apple }: Stage, { voip }: Home["iPhone"]): Promise<CallPayload> {
  return apple.ask<CallPayload>("ringing", voip.token);
}

/** A push to one phone of two. */
async function pushed({
  stage: { api, signal },
  voip,
}: {
  readonly stage: Stage;
  readonly voip: Token;
}): Promise<void> {
  await signal.sees("📞 Sending VoIP Push to user 14");
  await api.sees("POST /api/internal/push/call - toUserId: 14");
  await api.sees(`Retrieved voipDeviceToken for user 14: ${prefixOf(voip)}`);
  await api.sees("Sending VoIP Push to APNs...");
  await api.sees(appleSaid("200", "production", voip, 14));
  await api.reads(/^✅ VoIP Push sent successfully/);
  await signal.sees("✅ VoIP Push sent to user 14");
}

/** The missed-call message, as a notification. */
async function missed({ apple, api, signal }: Stage, { alert }: Home, nth: number): Promise<void> {
  await signal.sees("💬 Sending Push to user 14");
  await api.sees("POST /api/internal/push/message - toUserId: 14");
  await api.sees(`Retrieved apnsDeviceToken for user 14: ${prefixOf(alert)}`);
  await api.sees("Sending Push to APNs...");
  await api.reads(/^APNs answered 200 for .* user 14\)$/);
  if (nth === 1) await api.reads(/^Learned that .* of user 14/);
  await api.sees("✅ Push sent successfully to APNs");
  await signal.sees("✅ Push sent to user 14");
  const notifications = await apple.ask<{ readonly aps: { readonly alert: object } }[]>("notifications", alert.token);
  assert.equal(notifications.length, nth);
  line("phone", JSON.stringify(notifications.at(-1)));
  assert.deepEqual(notifications.at(-1)?.aps.alert, { title: "User 11", body: "Missed call" });
}
