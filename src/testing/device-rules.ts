import { bundleIdOf, suffixOf } from "../apns/push-types.js";
import type { Connection } from "./connection.js";
import type { Strictness } from "./options.js";
import type { VirtualPhone } from "./phone.js";
import { header, type PushRefusal, type RequestHead } from "./request.js";

const bad = (reason: string): PushRefusal => ({ status: 400, reason });

/**
 * Judges key, device and topic together. A token of the other environment is as unknown as one that never was. A VoIP
 * token with the plain topic, and a topic that the key may not use, are `TopicDisallowed`; an alert token with the
 * `.voip` topic, and a token of another app, are `DeviceTokenNotForTopic`: as the field reports them.
 */
export function judgeDevice(
  head: RequestHead,
  phone: VirtualPhone | undefined,
  connection: Connection,
): PushRefusal | undefined {
  const topic = header(head, "apns-topic") ?? "";
  const key = connection.key;
  if (key?.topics !== undefined && !key.topics.includes(bundleIdOf(topic))) return bad("TopicDisallowed");
  if (phone === undefined || phone.environment !== connection.environment) return bad("BadDeviceToken");
  if (phone.teamId !== key?.teamId) return bad("TopicDisallowed");
  if (phone.topic !== topic)
    return bad(isVoipTokenWithPlainTopic(phone, topic) ? "TopicDisallowed" : "DeviceTokenNotForTopic");
  return phone.inactive && { status: 410, reason: phone.inactive.reason, timestamp: phone.inactive.since };
}

const isVoipTokenWithPlainTopic = (phone: VirtualPhone, topic: string): boolean =>
  phone.pushType === "voip" && topic === phone.bundleId && suffixOf(topic) === "";

/** Apple limits pushes to one device and does not say how. The mock counts those of the last minute. */
export function judgeRate(phone: VirtualPhone, now: number, { pushesPerMinute }: Strictness): PushRefusal | undefined {
  phone.recent = phone.recent.filter(at => at > now - 60_000);
  if (phone.recent.length >= pushesPerMinute) return { status: 429, reason: "TooManyRequests" };
  phone.recent.push(now);
  return undefined;
}
