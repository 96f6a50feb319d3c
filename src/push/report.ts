import type { ApnsResult } from "../apns/push.js";
import type { Device } from "../devices/device.js";
import type { PushFailure } from "../events.js";
import { tokenPrefix } from "../internal/describe.js";
import type { CallPayload } from "../payload/call-payload.js";

/**
 * What became of a call or message.
 *
 * - `accepted`: Apple accepted it for at least one device. Not: delivered. Nobody is told whether a phone got it.
 * - `unknown`: accepted for none, and for at least one it is not known. It may have rung.
 * - `failed`: for all devices Apple refused it, or it provably never left. Safe to try again.
 * - `no-devices`: the user has no device for this kind of push, or none but those excepted.
 * - `duplicate`: the idempotency key was used within the ring timeout; nothing was sent.
 * - `cancelled`: `cancelCall` came before anything had left. Nothing rings.
 */
export type PushStatus = "accepted" | "unknown" | "failed" | "no-devices" | "duplicate" | "cancelled";

/** What became of it on one device. Holds the device whole; log only the first characters of its token. */
export interface DeviceReport {
  /** As it was in the store before the push. */
  readonly device: Device;
  readonly result: ApnsResult;
  /** True when this push removed the device from the store. */
  readonly removed: boolean;
}

export interface PushReport {
  readonly status: PushStatus;
  /** What the phones of a call read, as it was made for all of them; where devices were tried. Without a receipt. */
  readonly payload?: CallPayload;
  /** One for each device, the newest registration first. Empty for `no-devices`, `duplicate` and `cancelled`. */
  readonly devices: readonly DeviceReport[];
}

export function reportOf(devices: readonly DeviceReport[]): PushReport {
  const some = (outcome: ApnsResult["outcome"]) => devices.some(({ result }) => result.outcome === outcome);
  const status =
    devices.length === 0 ? "no-devices" : some("accepted") ? "accepted" : some("unknown") ? "unknown" : "failed";
  return { status, devices };
}

/** The devices that did not accept, as events and answers tell it. */
export function failuresOf(devices: readonly DeviceReport[]): PushFailure[] {
  return devices.flatMap(({ device, result }) => {
    if (result.outcome === "accepted") return [];
    const { outcome, environment } = result;
    const failure = { tokenPrefix: tokenPrefix(device.token), environment, outcome };
    return outcome === "rejected"
      ? { ...failure, reason: result.reason }
      : { ...failure, reason: result.error.code, message: result.error.message };
  });
}

/** Each reason once, in the order of the devices. */
export function reasonsOf(failures: readonly PushFailure[]): string[] {
  return [...new Set(failures.map(({ reason }) => reason))];
}
