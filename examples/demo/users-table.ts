import assert from "node:assert/strict";
import type { CallPayload } from "apns-voip";
import { appleSaid, prefixOf, showRows, type Token } from "./evidence.ts";
import { RECORDED_OFFER } from "./recorded.ts";
import { proved, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** As it was before: one token per user, and the app uploads it. */
const OLD_TABLE = "CREATE TABLE users (id integer PRIMARY KEY, username text NOT NULL, voip_device_token text UNIQUE)";
const OLD_ROWS = "INSERT INTO users (id, username) VALUES (10, 'hanako'), (11, 'taro')";
/** What operators look with. */
const OLD_QUERY = "SELECT id, username, voip_device_token FROM users WHERE id IN (10, 11)";

/** A server whose database keeps the token in the users table, and goes on doing so. */
export async function usersTable(stage: Stage): Promise<void> {
  const { apple, api } = stage;
  title("A database that keeps the token in its users table, as before");
  await api.ask("query", OLD_TABLE);
  await api.ask("query", OLD_ROWS);
  const apiUrl = await api.ask<string>("serveUsersTable");
  const { server: signal, url: signalUrl } = await stage.startSignalServer({ API_URL: apiUrl });

  step("phone → API server", "here is my VoIP token");
  const voip = await apple.ask<Token>("phone", { userId: 10 });
  const prefix = prefixOf(voip);
  const [caller, callee] = [await stage.phone(11), await stage.phone(10, { apiUrl })];
  assert.equal(await callee.putTokens({ bundleId: voip.bundleId, voipDeviceToken: voip.token }), 200);
  await api.sees(`Saved voipDeviceToken for user 10: ${prefix}`);
  await api.sees("PUT /api/v1/me/devices - 200 OK");
  await showRows(api, OLD_QUERY, [
    { id: 10, username: "hanako", voip_device_token: prefix },
    { id: 11, username: "taro", voip_device_token: null },
  ]);
  proved("the row is where it always was; nothing in the database has changed");

  step("phone of user 11 → signal server → API server → Apple → phone", "it rings");
  await caller.open(signalUrl);
  caller.send("offer", { to: 10, sdp: RECORDED_OFFER, displayName: "User 11" });
  await signal.sees("[signal] offer from 11 to 10");
  await signal.sees("[signal] user 10 is offline, sending VoIP Push");
  await signal.sees("📞 Sending VoIP Push to user 10");
  await api.sees("POST /api/internal/push/call - toUserId: 10");
  await api.sees(`Retrieved voipDeviceToken for user 10: ${prefix}`);
  await api.sees("Sending VoIP Push to APNs...");
  await api.sees(appleSaid("200", "production", voip, 10));
  await api.sees(`Learned that ${prefix} of user 10 belongs to production`);
  await api.sees("✅ VoIP Push sent successfully to APNs");
  await signal.sees("✅ VoIP Push sent to user 10");
  const { callId } = await apple.ask<CallPayload>("ringing", voip.token);
  assert.equal(callId, "11-10");
  proved("the phone rings with the token of that row");
  caller.kill();
}
