import assert from "node:assert/strict";
import { prefixOf, type Token } from "./evidence.ts";
import { line, proved, step, title } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** A message to a killed app, as a notification. */
export async function theMessage(stage: Stage): Promise<void> {
  const { apple, api, signal } = stage;
  const [sender, receiver] = [await stage.phone(11), await stage.phone(10)];
  title("A message arrives although the app is not running");

  step("phone → API server", "here is my token for notifications");
  const alert = await apple.ask<Token>("phone", { userId: 10, pushType: "alert" });
  const { token, bundleId } = alert;
  const prefix = prefixOf(alert);
  assert.equal(await receiver.putTokens({ bundleId, apnsDeviceToken: token }), 200);
  await api.sees(`Saved apnsDeviceToken for user 10: ${prefix}`);
  await api.sees("PUT /api/v1/me/devices - 200 OK");

  step("phone of user 11 → signal server → API server → Apple", "a message for user 10");
  await sender.open();
  sender.send("message", { to: 10, body: "Call me back?", displayName: "User 11" });
  await signal.sees("💬 Sending Push to user 10");
  await api.sees("POST /api/internal/push/message - toUserId: 10");
  await api.sees(`Retrieved apnsDeviceToken for user 10: ${prefix}`);
  await api.sees("Sending Push to APNs...");
  await api.sees(`APNs answered 200 for ${prefix} (production, ${bundleId}, apns-id …, user 10)`);
  await api.sees(`Learned that ${prefix} of user 10 belongs to production`);
  await api.sees("✅ Push sent successfully to APNs");
  await signal.sees("✅ Push sent to user 10");

  step("Apple → phone", "a notification");
  const [notification, ...others] = await apple.ask<object[]>("notifications", token);
  assert.deepEqual(others, []);
  line("phone", JSON.stringify(notification));
  const { aps, ...rest } = notification as unknown as { aps: { alert: object } };
  assert.deepEqual(aps.alert, { title: "User 11", body: "Call me back?" });
  assert.deepEqual(rest, { type: "chat.message", fromUserId: "11" });
  proved("a tap on it opens the chat with user 11: type and fromUserId are there, the id as text");
  sender.kill();
}
