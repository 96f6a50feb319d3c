import type { CallPayload } from "apns-voip";
import { appleSaid, prefixOf, type Token } from "./evidence.ts";
import { RECORDED_OFFER } from "./recorded.ts";
import { proved, remedy, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** Receipts: a phone that says that it rang, and one that says nothing although Apple accepted the push. */
export async function didItRing(stage: Stage): Promise<void> {
  const { apple, api } = stage;
  title("Did it ring? The phone says so, or stays silent");
  const apiUrl = await api.ask<string>("serveReceipts");
  await apple.ask("report", apiUrl);
  const { server: signal, url } = await stage.startSignalServer({ API_URL: apiUrl });
  const caller = await stage.phone(11);
  await caller.open(url);
  const voip = await apple.ask<Token>("phone", { userId: 15 });
  const prefix = prefixOf(voip);
  const callee = await stage.phone(15, { apiUrl });
  await callee.putTokens({ bundleId: voip.bundleId, voipDeviceToken: voip.token });
  await api.reads(/^Saved voipDeviceToken for user 15/);
  await api.reads(/^PUT .* 200 OK$/);

  const call = async (nth: number) => {
    caller.send("offer", { to: 15, sdp: `${RECORDED_OFFER}a=call-${nth}\r\n`, displayName: "User 11" });
    await signal.sees("[signal] offer from 11 to 15");
    await signal.sees("[signal] user 15 is offline, sending VoIP Push");
    await signal.sees("📞 Sending VoIP Push to user 15");
    await api.sees("POST /api/internal/push/call - toUserId: 15");
    await api.sees(`Retrieved voipDeviceToken for user 15: ${prefix}`);
    await api.sees("Sending VoIP Push to APNs...");
    await api.sees(appleSaid("200", "production", voip, 15));
    if (nth === 1) await api.sees(`Learned that ${prefix} of user 15 belongs to production`);
    await api.sees("✅ VoIP Push sent successfully to APNs");
    await signal.sees("✅ VoIP Push sent to user 15");
    await apple.ask<CallPayload>("ringing", voip.token);
  };
  const hangUp = async () => {
    await apple.ask("end", voip.token);
    caller.send("call-end", { to: 15 });
    await signal.sees("[signal] call from 11 to 15 ended after … s, not answered: cancelled");
    await missed(stage, signal);
  };

  step("phone → API server", "the phone sends back the receipt of the push");
  await call(1);
  for (const event of ["received", "ringing"]) {
    await api.sees(`📱 ${prefix} of user 15: ${event}, … ms after APNs accepted`);
    await api.sees("POST /api/v1/calls/receipts - 200 OK");
  }
  proved("the push arrived and CallKit took the call, by the phone's own word");
  await hangUp();

  step("phone", "the same once more, but the phone stays silent");
  await apple.ask("silence", voip.token);
  await call(2);
  await api.sees(`⚠️ APNs accepted, but ${prefix} of user 15 has not reported within 3 s`);
  remedy(await api.reads(/^ {3}(Accepted is not delivered\..*)/));
  proved("Apple said yes to both calls; only receipts tell them apart");
  await hangUp();
  caller.kill();
  await signal.stop();
}

/** User 15 has no token for notifications, so the missed call is told to nobody. */
async function missed({ api }: Stage, signal: Stage["signal"]): Promise<void> {
  await signal.reads(/^💬 Sending Push to user 15/);
  await api.reads(/^POST .*push\/message - toUserId: 15/);
  await api.reads(/^❌ APNs token not found for user 15/);
  await signal.reads(/^❌ Failed to send Push: .*404/);
  await signal.reads(/^ {3}user 15: /);
}
