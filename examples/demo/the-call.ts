import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import type { CallPayload } from "apns-voip";
import { appleSaid, prefixOf, showDevices, showPush, type Token } from "./evidence.ts";
import { type Peer, startPeers } from "./peers.ts";
import type { Phone } from "./phone.ts";
import { line, proved, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** The call: registered, killed, rung, answered, with video. */
export async function theCall(stage: Stage, options: { readonly webRtc: boolean }): Promise<void> {
  const { apple, api, signal } = stage;
  const [caller, callee] = [await stage.phone(11), await stage.phone(10)];
  const [callerEnd, calleeEnd] = await startPeers(options.webRtc);
  try {
    title("The phone rings although its app is not running");
    const voip = await apple.ask<Token>("phone", { userId: 10 });
    const prefix = prefixOf(voip);

    step("phone → API server", "here is my VoIP token");
    const { bundleId } = voip;
    assert.equal(await callee.putTokens({ bundleId, voipDeviceToken: voip.token }), 200);
    await api.sees(`Saved voipDeviceToken for user 10: ${prefix}`);
    await api.sees("PUT /api/v1/me/devices - 200 OK");
    await showDevices(stage, [10, 11], [{ user_id: "10", token: prefix }]);
    proved("the token is in the database; nothing is known yet of its environment");

    step("phone", "the app runs, then is killed");
    await caller.open();
    await caller.next("user-online");
    await callee.open();
    assert.deepEqual(await caller.next("user-online"), { userId: 10 });
    callee.kill();
    assert.deepEqual(await caller.next("user-offline"), { userId: 10 });
    proved("user 11 was told: user-online, then user-offline");

    step("phone of user 11 → signal server", "an offer for user 10");
    const sdp = await callerEnd.offer();
    caller.send("offer", { to: 10, sdp, displayName: "User 11" });
    await signal.sees("[signal] offer from 11 to 10");
    await signal.sees("[signal] user 10 is offline, sending VoIP Push");
    const candidates = await callerEnd.candidates();
    for (const candidate of candidates) caller.send("ice", { to: 10, candidate });

    step("signal server → API server", "ring user 10");
    await signal.sees("📞 Sending VoIP Push to user 10");
    await api.sees("POST /api/internal/push/call - toUserId: 10");

    step("API server → database", "which token?");
    await api.sees(`Retrieved voipDeviceToken for user 10: ${prefix}`);

    step("API server → Apple", "a VoIP push, over HTTP/2 and TLS");
    await api.sees("Sending VoIP Push to APNs...");
    await api.sees(appleSaid("200", "production", voip, 10));
    await api.sees(`Learned that ${prefix} of user 10 belongs to production`);
    await api.sees("✅ VoIP Push sent successfully to APNs");
    await signal.sees("✅ VoIP Push sent to user 10");
    await showPush(stage, voip);

    step("Apple → phone", "the phone rings");
    const payload = await apple.ask<CallPayload>("ringing", voip.token);
    line("phone", JSON.stringify(payload));
    assert.deepEqual(payload, {
      type: "call.incoming",
      callId: "11-10",
      fromUserId: 11,
      fromDisplayName: "User 11",
      room: "p2p:11-10",
      hasVideo: true,
    });
    proved("it rings with exactly these six keys; that it has video was read from the offer");

    title("The call connects, with video");
    await answer({ signal, caller, callee, callerEnd, calleeEnd, sdp, candidates });
    await apple.ask("answer", voip.token);

    step("phone → signal server", "user 10 hangs up");
    callee.send("call-end", { to: 11 });
    assert.deepEqual(await caller.next("call-ended"), { from: 10, reason: "hang-up" });
    await signal.sees("[signal] call from 11 to 10 ended after … s, answered: hang-up");
    await apple.ask("end", voip.token);
    callee.kill();
    caller.kill();
    proved("user 11 was told: call-ended, reason hang-up");
  } finally {
    await Promise.all([callerEnd.stop(), calleeEnd.stop()]);
  }
}

interface Call {
  readonly signal: Stage["signal"];
  readonly caller: Phone;
  readonly callee: Phone;
  readonly callerEnd: Peer;
  readonly calleeEnd: Peer;
  readonly sdp: string;
  readonly candidates: readonly object[];
}

async function answer({ signal, caller, callee, callerEnd, calleeEnd, sdp, candidates }: Call): Promise<void> {
  step("phone → signal server", "user 10 answers: the app starts, connects and registers");
  await callee.open();
  const offer = await callee.next<{ from: number; sdp: string }>("offer");
  assert.deepEqual(offer, { sdp, displayName: "User 11", from: 11 });
  await signal.sees("📲 A phone of user 10 registered … ms after the push");
  for (const sent of candidates) {
    const { from, candidate } = await callee.next<{ from: number; candidate: object }>("ice");
    assert.deepEqual({ from, candidate }, { from: 11, candidate: sent });
    await calleeEnd.addCandidate(candidate).catch(() => {});
  }
  proved(`the offer was waiting, and ${candidates.length} ICE candidates after it, all as they were sent`);

  step("phone → phone", "answer, candidates, then pictures from end to end");
  const sdpAnswer = await calleeEnd.answer(offer.sdp);
  callee.send("answer", { to: 11, sdp: sdpAnswer });
  const answered = await caller.next<{ sdp: string }>("answer");
  assert.deepEqual(answered, { sdp: sdpAnswer, from: 10 });
  await callerEnd.accept(answered.sdp);
  for (const candidate of await calleeEnd.candidates()) {
    callee.send("ice", { to: 11, candidate });
    const arrived = await caller.next<{ candidate: object }>("ice");
    assert.deepEqual(arrived, { candidate, from: 10 });
    await callerEnd.addCandidate(arrived.candidate);
  }
  await lookAtEachOther(callerEnd, calleeEnd);
}

/** Each end films its own shade of grey; the other end must see that one, a little worn by the video codec. */
async function lookAtEachOther(callerEnd: Peer, calleeEnd: Peer): Promise<void> {
  if (callerEnd.frame === undefined || calleeEnd.frame === undefined) {
    proved("session descriptions and candidates arrived as they were sent (no WebRTC here: no pictures)");
    return;
  }
  const [dark, bright] = [randomInt(40, 100), randomInt(150, 210)];
  await Promise.all([callerEnd.film(dark), calleeEnd.film(bright)]);
  const [seenByCaller, seenByCallee] = await Promise.all([callerEnd.frame(), calleeEnd.frame()]);
  for (const [who, seen, filmed] of [
    ["user 10", seenByCallee, dark],
    ["user 11", seenByCaller, bright],
  ] as const) {
    assert.ok(Math.abs(seen.grey - filmed) <= 8, `${who} saw grey ${seen.grey} where ${filmed} was filmed`);
    line("phone", `${who} sees ${seen.width}×${seen.height}, grey ${seen.grey}; filmed was ${filmed}`);
  }
  proved("a WebRTC connection between two processes; each sees what the other films");
}
