/**
 * The two routes as most servers have them: Express, `pg`, jsonwebtoken and node-apn. A request is authenticated and each of
 * its fields judged by hand; then one statement, one push, and the lines in the log that operators search for. It learns no
 * environment, removes no token, and does not notice a double.
 */
import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import apn from "@parse/node-apn";
import express from "express";
import jwt from "jsonwebtoken";
import pg from "pg";

const { ADMIN_PUSH_TOKEN, JWT_SECRET, DATABASE_URL, PORT, APNS_PRODUCTION_URL } = process.env;
const { APNS_TEAM_ID, APNS_KEY_ID, APNS_P8_PATH, APNS_BUNDLE_ID } = process.env;
const { hostname, port } = new URL(APNS_PRODUCTION_URL);
const provider = new apn.Provider({
  token: { key: readFileSync(APNS_P8_PATH, "utf8"), keyId: APNS_KEY_ID, teamId: APNS_TEAM_ID },
  address: hostname,
  port: Number(port),
});
const pool = new pg.Pool({ connectionString: DATABASE_URL });
await pool.query(`CREATE TABLE IF NOT EXISTS devices_by_hand (
  token text PRIMARY KEY, user_id text NOT NULL, bundle_id text, updated_at timestamptz NOT NULL DEFAULT now())`);
await pool.query("CREATE INDEX IF NOT EXISTS devices_by_hand_user ON devices_by_hand (user_id)");

const app = express();
app.disable("x-powered-by");
app.use(express.json());

app.put("/api/v1/me/devices", async (request, response) => {
  let user;
  try {
    user = String(jwt.verify(request.get("authorization")?.slice(7) ?? "", JWT_SECRET, { algorithms: ["HS256"] }).uid);
  } catch {
    return response.status(401).json({ error: "bad_token" });
  }
  const { platform, bundleId, voipDeviceToken: token } = request.body ?? {};
  if (platform !== "ios" || !isText(bundleId) || typeof token !== "string" || !/^[0-9a-f]{64,200}$/i.test(token)) {
    return response.status(400).json({ error: "invalid_request" });
  }
  await pool.query(
    `INSERT INTO devices_by_hand (token, user_id, bundle_id) VALUES ($1, $2, $3)
     ON CONFLICT (token) DO UPDATE SET user_id = $2, bundle_id = $3, updated_at = now()`,
    [token.toLowerCase(), user, bundleId],
  );
  console.log(`Saved voipDeviceToken for user ${user}: ${token.slice(0, 12)}...`);
  console.log("PUT /api/v1/me/devices - 200 OK");
  return response.json({ success: true });
});

app.post("/api/internal/push/call", async (request, response) => {
  const given = Buffer.from(request.get("x-admin-token") ?? "");
  const wanted = Buffer.from(ADMIN_PUSH_TOKEN);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    return response.status(401).json({ error: "unauthorized" });
  }
  const { toUserId, callId, fromUserId, fromDisplayName, room, hasVideo = false } = request.body ?? {};
  if (![toUserId, callId, fromUserId].every(isId) || typeof hasVideo !== "boolean") {
    return response.status(400).json({ error: "invalid_request" });
  }
  console.log(`POST /api/internal/push/call - toUserId: ${toUserId}`);
  const { rows } = await pool.query("SELECT token, bundle_id FROM devices_by_hand WHERE user_id = $1", [`${toUserId}`]);
  if (rows.length === 0) return response.status(404).json({ error: "VoIP token not found" });
  const [{ token, bundle_id: bundleId }] = rows;
  console.log(`Retrieved voipDeviceToken for user ${toUserId}: ${token.slice(0, 12)}...`);
  console.log("Sending VoIP Push to APNs...");
  const note = new apn.Notification();
  note.topic = `${bundleId ?? APNS_BUNDLE_ID}.voip`;
  note.pushType = "voip";
  note.priority = 10;
  note.expiry = 0;
  note.rawPayload = {
    type: "call.incoming",
    callId: `${callId}`,
    fromUserId,
    fromDisplayName: isText(fromDisplayName) ? fromDisplayName : `User ${fromUserId}`,
    room: isText(room) ? room : `p2p:${callId}`,
    hasVideo,
  };
  const { failed } = await provider.send(note, token);
  if (failed.length > 0) return response.status(500).json({ error: "Failed to send VoIP push" });
  console.log("✅ VoIP Push sent successfully to APNs");
  return response.json({ success: true });
});

const isText = given => typeof given === "string" && given.trim() !== "";
const isId = given => isText(given) || Number.isSafeInteger(given);

app.listen(Number(PORT));
