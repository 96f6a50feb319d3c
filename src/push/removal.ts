import type { ApnsResult } from "../apns/push.js";
import type { Device } from "../devices/device.js";
import type { DeviceOutcome } from "./send-to-device.js";

/**
 * Whether devices that Apple says are gone are removed: `false` keeps all; a function decides for each, and keeps it
 * unless it returns true.
 */
export type RemoveDevices = false | ((device: Device, result: ApnsResult) => boolean);

/**
 * Which registration Apple's answer condemns: the token as it was registered strictly before this moment. Undefined when
 * the answer condemns none.
 *
 * `BadDeviceToken` counts only when both environments refuse the token and `topicProven`, that is, this process has seen
 * Apple accept a push for the same topic: else the key or the set-up may be wrong, and a table would be emptied.
 */
export function condemnedBefore(device: Device, outcome: DeviceOutcome, topicProven: boolean): Date | undefined {
  const { result, refusedEverywhere } = outcome;
  if (result.outcome !== "rejected") return undefined;
  if (result.disposition === "remove-device") return dated(result.timestamp) ?? unchanged(device);
  return refusedEverywhere && topicProven ? unchanged(device) : undefined;
}

/** True only if the rule says yes. One that throws, or returns nothing, keeps the device. */
export function mayRemove(rule: RemoveDevices | undefined, device: Device, result: ApnsResult): boolean {
  if (typeof rule !== "function") return rule !== false;
  try {
    return rule(device, result) === true;
  } catch {
    return false;
  }
}

function dated(timestamp: Date | undefined): Date | undefined {
  return timestamp && !Number.isNaN(timestamp.getTime()) ? timestamp : undefined;
}

/**
 * The moment just after the date of the row, so that a device that registered again since it was listed stays. Undefined
 * for a row without a date.
 */
function unchanged(device: Device): Date | undefined {
  return dated(new Date(Number(device.registeredAt) + 1));
}
