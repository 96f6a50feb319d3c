import type { ApnsClient } from "../apns/client.js";
import { PUSH_TYPES } from "../apns/push-types.js";
import type { Device, DevicePushType } from "../devices/device.js";

const VOIP = PUSH_TYPES.voip.suffix;

/** The topic that was made last: most phones have the same app as the one before. */
let last = { bundleId: "", pushType: "voip" as DevicePushType, topic: "" };

/**
 * The topic of a device's own app, so that two builds of an app (release, development) both ring; without a bundle id,
 * of the client's default app. Undefined when there is neither.
 */
export function topicOf({ bundleId: own, pushType }: Device, apns: ApnsClient): string | undefined {
  const given = own ?? apns.bundleId;
  if (given === undefined) return undefined;
  if (given !== last.bundleId || pushType !== last.pushType) {
    const bundleId = given.endsWith(VOIP) ? given.slice(0, -VOIP.length) : given;
    last = { bundleId: given, pushType, topic: bundleId && `${bundleId}${PUSH_TYPES[pushType].suffix}` };
  }
  return last.topic;
}
