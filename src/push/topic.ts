import type { ApnsClient } from "../apns/client.js";
import { PUSH_TYPES } from "../apns/push-types.js";
import type { Device } from "../devices/device.js";

const VOIP = PUSH_TYPES.voip.suffix;

/**
 * The topic of a device's own app, so that two builds of an app (release, development) both ring; without a bundle id,
 * of the client's default app. Undefined when there is neither.
 */
export function topicOf(device: Device, apns: ApnsClient): string | undefined {
  const given = device.bundleId ?? apns.bundleId;
  if (given === undefined) return undefined;
  const bundleId = given.endsWith(VOIP) ? given.slice(0, -VOIP.length) : given;
  return bundleId && `${bundleId}${PUSH_TYPES[device.pushType].suffix}`;
}
